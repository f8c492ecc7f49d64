package org.stationmaster.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.stationmaster.InstallationLock;
import org.stationmaster.StartFailed;
import org.stationmaster.backup.BackupException;
import org.stationmaster.backup.Restore;
import org.stationmaster.backup.Target;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.config.PathSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a backup back. */
@Command(name = "restore", description = {"Put configuration, keys and state of a backup in their places. The server"
    + " must not run. Modes are kept, and owners if root does it."},
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster restore /var/backups/stationmaster.tar.gz",
        "  stationmaster --home /srv/second restore stationmaster.tar.gz --json",
        "",
        "What it replaces with --force is kept beside it, with .former-TIME behind its name. Then",
        "\"stationmaster doctor\" says what this host lacks."})
final class RestoreCommand implements Callable<Integer> {
  private static final int NAMED = 3;

  private final Installation installation;

  @Parameters(paramLabel = "FILE", description = "What \"stationmaster backup\" has made.")
  private Path file;

  @Option(names = "--force", description = "Also where files would be replaced by others.")
  private boolean isForced;

  @Mixin
  private Output output;

  RestoreCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    Path home = installation.home();
    Installation.createHome(home);
    try (Restore restore = Restore.open(file, home)) {
      PathSettings paths = installation.source().pathsWith(restore.config());
      Target target = new Target(paths.config(), paths.keys(), paths.database());
      Installation.createFolder(paths.config(), Installation.SHARED);
      Installation.createFolder(paths.keys(), Installation.PRIVATE);
      Installation.createFolder(paths.state(), Installation.PRIVATE);
      try (InstallationLock _ = InstallationLock.take(paths.lock())) {
        install(restore, target);
      } finally {
        Restore.giveToOwnerOfFolder(paths.lock());
      }
      return ExitCode.SUCCESS;
    } catch (BackupException | StartFailed e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage());
    }
  }

  private void install(Restore restore, Target target) throws CommandFailed, IOException {
    List<Path> replaced = restore.replaced(target);
    if (!replaced.isEmpty() && !isForced) {
      throw new CommandFailed(ExitCode.FAILED, "nothing is restored, because it would replace " + String.join(", ",
          replaced.stream().limit(NAMED).map(Path::toString).toList()) + (replaced.size() > NAMED ? " and "
          + (replaced.size() - NAMED) + " more" : "") + "; use another --home, or --force, which keeps these beside");
    }
    List<Path> former = restore.install(target);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("made_by", restore.manifest().version());
    json.put("made_at", restore.manifest().created());
    json.put("files", List.copyOf(restore.manifest().files().keySet()));
    json.put("former", former.stream().map(Path::toString).toList());
    output.print(installation, json, out -> {
      out.println("Restored " + restore.manifest().files().size() + " files as of " + restore.manifest().created()
          + ", configuration to " + target.config() + ", keys to " + target.keys() + ", state to "
          + target.database().getParent() + ".");
      former.forEach(each -> out.println("Kept what was there: " + each));
      out.println("Now: stationmaster doctor");
    });
  }
}
