package org.stationmaster.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.stationmaster.Version;
import org.stationmaster.backup.Backup;
import org.stationmaster.backup.BackupException;
import org.stationmaster.backup.Manifest;
import org.stationmaster.config.Configuration;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.crypto.TlsIdentities;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Makes a backup. */
@Command(name = "backup", description = {"Put configuration, keys and state (accounts, arrivals) into one file, while"
    + " the server runs. The files of the stations are not part of it. The file is as secret as the keys."},
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster backup /var/backups/stationmaster.tar.gz",
        "  stationmaster backup /var/backups --json"})
final class BackupCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final Installation installation;

  @Parameters(paramLabel = "FILE", description = "Made with mode 0600, never replaced; in a folder it is named"
      + " stationmaster-TIME.tar.gz.")
  private Path where;

  @Mixin
  private Output output;

  BackupCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    Configuration configuration = installation.configuration();
    Path file = (Files.isDirectory(where) ? where.resolve("stationmaster-" + TIME.format(Instant.now()) + ".tar.gz")
        : where).toAbsolutePath().normalize();
    try {
      Manifest manifest = new Backup(configuration.paths(), Version.current()).write(file);
      List<Path> elsewhere = elsewhere(configuration);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("file", file.toString());
      json.put("bytes", Files.size(file));
      json.put("files", List.copyOf(manifest.files().keySet()));
      json.put("not_included", elsewhere.stream().map(Path::toString).toList());
      output.print(installation, json, out -> {
        out.println(file + " holds " + manifest.files().size() + " files; keep it as secret as the keys.");
        elsewhere.forEach(each -> out.println("Not in it, because it is in neither paths.config nor paths.keys: "
            + each));
      });
      return ExitCode.SUCCESS;
    } catch (BackupException e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage());
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailed(ExitCode.FAILED, file + " exists already, and a backup is never replaced; name another"
          + " file");
    }
  }

  /** Keys and certificates that the configuration names somewhere else. */
  private static List<Path> elsewhere(Configuration configuration) {
    List<Path> named = new ArrayList<>(TlsIdentities.files(configuration.paths().keys(), configuration.tls()));
    named.addAll(configuration.ssh().hostKeys());
    configuration.sftp().moduli().ifPresent(named::add);
    return named.stream().filter(file -> !file.startsWith(configuration.paths().keys())
        && !file.startsWith(configuration.paths().config())).distinct().toList();
  }
}
