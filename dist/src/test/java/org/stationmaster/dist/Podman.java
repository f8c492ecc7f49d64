package org.stationmaster.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.stationmaster.Client;

/**
 * Containers of the image, on an address of their own of the loopback network.
 */
final class Podman {
  /** Where users take a public image, tests take this one, of the packages that the image needs. */
  private static final String BASE_PACKAGES = "base-files,bash,coreutils,dash,grep,libacl1,libattr1,libc6,libgcc-s1,"
      + "libgmp10,libpcre2-8-0,libselinux1,libtinfo6,sed,zlib1g";

  private final Path folder;
  private final String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  private final String address;
  private final Map<String, String> environment;

  /** Without system manager and cgroup delegation, as in a build machine that is a container itself. */
  Podman(Path folder) throws IOException {
    this.folder = folder;
    Path settings = Files.writeString(folder.resolve("containers.conf"), """
        [containers]
        default_ulimits = ["nofile=16384:16384", "nproc=16384:16384"]
        [engine]
        runtime = "runc"
        cgroup_manager = "cgroupfs"
        events_logger = "file"
        [network]
        network_backend = "netavark"
        """);
    environment = Map.of("CONTAINERS_CONF", settings.toString());
    int host = ThreadLocalRandom.current().nextInt(1, 0xFFFF);
    address = "127.77." + (host >> 8) + "." + Math.max(1, host & 0xFE);
  }

  /** The image under test. */
  String image() {
    return "localhost/stationmaster-test:" + id;
  }

  private String base() {
    return "localhost/stationmaster-base:" + id;
  }

  /** A name for a further image. */
  String image(String purpose) {
    return "localhost/stationmaster-test-" + purpose + ":" + id;
  }

  /** A name for a container or a volume. */
  String name(String purpose) {
    return "stationmaster-test-" + id + "-" + purpose;
  }

  /** The address of this machine at which ports of containers are published. */
  String address() {
    return address;
  }

  /** Builds the image of the distribution. */
  void build() throws IOException, InterruptedException {
    importDebian("container-base", "extract", BASE_PACKAGES, base());
    Path dist = Path.of("target/stationmaster").toAbsolutePath();
    run("build", "--quiet", "--format", "docker", "--build-arg", "BASE_IMAGE=" + base(), "--tag", image(), "--file",
        dist.resolve("container/Dockerfile").toString(), dist.toString()).succeeded();
  }

  /** Makes an image of a Debian with these packages, which is kept as a file for the next time. */
  void importDebian(String file, String variant, String packages, String image)
      throws IOException, InterruptedException {
    Path debian = Path.of("target", file + ".tar").toAbsolutePath();
    if (Files.notExists(debian)) {
      Path fresh = debian.resolveSibling(file + "-" + id + ".tar");
      Client.run(folder, "mmdebstrap", "--quiet", "--variant=" + variant, "--include=" + packages, "bookworm",
          fresh.toString()).succeeded();
      Files.move(fresh, debian);
    }
    run("import", "--quiet", debian.toString(), image).succeeded();
  }

  /** Runs podman with these words. */
  Client.Result run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("podman"));
    command.addAll(List.of(words));
    return Client.run(folder, environment, "", command.toArray(String[]::new));
  }

  /** Removes what was made here. */
  void removeAll() throws IOException, InterruptedException {
    remove(List.of("rm", "--force", "--volumes"), List.of("ps", "--all", "--quiet", "--filter", "name=" + name("")));
    remove(List.of("volume", "rm"), List.of("volume", "ls", "--quiet", "--filter", "name=" + name("")));
    run("image", "rm", "--force", image(), base()).succeeded();
  }

  private void remove(List<String> how, List<String> what) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(how);
    // Below the command line.
    run(what.toArray(String[]::new)).output().lines().skip(1).filter(line -> !line.isBlank()).forEach(words::add);
    if (words.size() > how.size()) {
      run(words.toArray(String[]::new)).succeeded();
    }
  }
}
