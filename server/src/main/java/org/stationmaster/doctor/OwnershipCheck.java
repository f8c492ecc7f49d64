package org.stationmaster.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.stationmaster.config.ConfigurationSource;
import org.stationmaster.config.PathSettings;

/** Whether the server's user owns what it works with, and nobody else reads what is secret. */
final class OwnershipCheck {
  private static final Set<PosixFilePermission> OTHERS = Set.of(PosixFilePermission.OTHERS_READ,
      PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

  private final PathSettings paths;
  private final Findings findings;

  private OwnershipCheck(PathSettings paths, Findings findings) {
    this.paths = paths;
    this.findings = findings;
  }

  static void look(Subject subject, Findings findings) {
    OwnershipCheck check = new OwnershipCheck(subject.configuration().paths(), findings);
    try {
      check.look();
    } catch (UnsupportedOperationException e) {
      findings.note("This file system knows no owners and modes.", "Whoever can log in to this machine reads keys.",
          "Keep the home on a file system of this machine's own kind.");
    } catch (IOException e) {
      findings.error("The folders of " + check.paths.home() + " cannot be looked at: " + e.getMessage() + ".",
          "The server has to read them.", "sudo ls -la " + check.paths.home());
    }
    if (findings.isEmpty()) {
      findings.ok("Folders and files have one owner, and secrets are hidden from others.");
    }
  }

  private void look() throws IOException {
    if (Files.notExists(paths.state())) {
      findings.note(paths.home() + " is no home of a server yet.", "", "The first start makes what is missing:"
          + " stationmaster serve");
      return;
    }
    String owner = Files.getOwner(paths.state()).getName();
    for (Path folder : List.of(paths.keys(), paths.state(), paths.logs(), paths.data())) {
      if (Files.exists(folder)) {
        owned(folder, owner);
      }
    }
    for (Path folder : List.of(paths.keys(), paths.state())) {
      if (Files.exists(folder)) {
        hidden(folder);
      }
    }
    for (Path each : List.of(paths.data(), paths.config(), paths.config().resolve(ConfigurationSource.FILE_NAME))) {
      if (Files.exists(each) && modes(each).contains(PosixFilePermission.OTHERS_WRITE)) {
        findings.error("Everybody on this machine may write to " + each + ".", "Whoever does decides what the server"
            + " does with loggers and their files.", "sudo chmod o-w " + each);
      }
    }
  }

  private void owned(Path folder, String owner) throws IOException {
    List<Path> all = new ArrayList<>(List.of(folder));
    if (!folder.equals(paths.data())) {
      try (Stream<Path> files = Files.list(folder)) {
        all.addAll(files.sorted().toList());
      }
    }
    List<Path> foreign = new ArrayList<>();
    for (Path each : all) {
      if (Files.exists(each) && !Files.getOwner(each).getName().equals(owner)) {
        foreign.add(each);
      }
    }
    if (!foreign.isEmpty()) {
      findings.error(foreign.getFirst() + (foreign.size() > 1 ? " and " + (foreign.size() - 1) + " more belong"
          : " belongs") + " to " + Files.getOwner(foreign.getFirst()).getName() + ", and the state of the server to "
          + owner + ".", "The server runs as " + owner + " and cannot read or write it, so it does not start, or"
          + " refuses uploads.", "sudo chown " + (folder.equals(paths.data()) ? "" : "-R ") + owner + ": " + folder);
    }
  }

  private void hidden(Path folder) throws IOException {
    if (modes(folder).stream().anyMatch(OTHERS::contains)) {
      findings.warning("Everybody on this machine may look into " + folder + ".", "It holds the identity of the"
          + " server and its accounts: who has them can play the server to every logger.", "sudo chmod 700 " + folder);
    }
  }

  private static Set<PosixFilePermission> modes(Path file) throws IOException {
    return Files.readAttributes(file, PosixFileAttributes.class).permissions();
  }
}
