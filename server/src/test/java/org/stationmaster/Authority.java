package org.stationmaster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** A public authority as operators know it, played by openssl: a root, and an intermediate that signs servers. */
final class Authority {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
      .withZone(ZoneOffset.UTC);
  private static final String CONFIGURATION = """
      [ca]
      default_ca = issue
      [issue]
      new_certs_dir = .
      database = index.txt
      unique_subject = no
      rand_serial = yes
      default_md = sha256
      policy = any
      [any]
      commonName = supplied
      """;

  private final Path folder;

  Authority(Path folder, String name) throws Exception {
    this.folder = Files.createDirectories(folder);
    Files.writeString(folder.resolve("ca.cnf"), CONFIGURATION);
    Files.createFile(folder.resolve("index.txt"));
    Path extensions = Files.writeString(folder.resolve("ca.ext"), "basicConstraints=critical,CA:TRUE\n"
        + "keyUsage=critical,keyCertSign,cRLSign\n");
    request("root", "rsa:2048", name + " Root");
    sign("root", "root", extensions, 3650);
    request("intermediate", "rsa:2048", name + " Intermediate");
    sign("intermediate", "root", extensions, 3650);
  }

  /** A server's certificate. */
  record Issued(String leaf, String intermediate, Path key) {
    String chain() {
      return leaf + intermediate;
    }
  }

  /** What clients that trust this authority have. */
  Path root() {
    return folder.resolve("root.pem");
  }

  /** For {@code names}, such as {@code DNS:localhost}; a negative number of days has passed. */
  Issued issue(String algorithm, int days, String... names) throws Exception {
    String id = "leaf" + System.nanoTime();
    request(id, algorithm, names[0].replaceFirst(".*:", ""));
    sign(id, "intermediate", Files.writeString(folder.resolve("leaf.ext"),
        "subjectAltName=" + String.join(",", names) + "\n"), days);
    return new Issued(Files.readString(folder.resolve(id + ".pem")),
        Files.readString(folder.resolve("intermediate.pem")), folder.resolve(id + "-key.pem"));
  }

  /** The certificate for somebody's request, without the chain. */
  String answer(Path request, String... names) throws Exception {
    String id = "answer" + System.nanoTime();
    Files.copy(request, folder.resolve(id + ".csr"));
    sign(id, "intermediate", Files.writeString(folder.resolve("leaf.ext"),
        "subjectAltName=" + String.join(",", names) + "\n"), 90);
    return Files.readString(folder.resolve(id + ".pem"));
  }

  private void request(String id, String algorithm, String name) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl", "req", "-new", "-nodes", "-subj", "/CN=" + name,
        "-keyout", id + "-key.pem", "-out", id + ".csr", "-newkey"));
    command.addAll(List.of(algorithm.split(" ")));
    Client.run(folder, command.toArray(String[]::new)).succeeded();
  }

  private void sign(String id, String issuer, Path extensions, int days) throws Exception {
    Instant end = Instant.now().plus(Duration.ofDays(days));
    Instant begin = Instant.now().minus(Duration.ofDays(days < 0 ? 1 - days : 1));
    List<String> command = new ArrayList<>(List.of("openssl", "ca", "-batch", "-notext", "-config", "ca.cnf", "-in",
        id + ".csr", "-out", id + ".pem", "-keyfile", issuer + "-key.pem", "-extfile", extensions.toString(),
        "-startdate", TIME.format(begin), "-enddate", TIME.format(end)));
    command.addAll(id.equals(issuer) ? List.of("-selfsign") : List.of("-cert", issuer + ".pem"));
    Client.run(folder, command.toArray(String[]::new)).succeeded();
  }

  /** Puts the files where a server has them, one after the other, each whole. */
  static void install(Issued issued, Path certificate, Path key) throws IOException {
    replace(key, Files.readString(issued.key()), true);
    replace(certificate, issued.chain(), false);
  }

  /** Puts a text in the place of a file. */
  static void replace(Path file, String text, boolean isSecret) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.deleteIfExists(next);
    Files.createFile(next, PosixFilePermissions.asFileAttribute(
        PosixFilePermissions.fromString(isSecret ? "rw-------" : "rw-r--r--")));
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
