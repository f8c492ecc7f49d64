package org.stationmaster.storage;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.stationmaster.config.StorageSettings.ExpiredPartials;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

/** Ends what is left of cut uploads when their time is over or their account is gone. */
final class PartialSweep {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'")
      .withZone(ZoneOffset.UTC);
  /** A description without bytes is one whose bytes are just coming, or stayed away when the server was killed. */
  private static final Duration PATIENCE_WITH_DESCRIPTION = Duration.ofMinutes(10);
  private static final int LONGEST_NAME = 255;

  private final FileTree tree;
  private final Events events;
  private final Duration window;
  private final ExpiredPartials end;
  private final Path quarantine;
  private final Predicate<String> isOwner;

  PartialSweep(FileTree tree, Events events, Duration window, ExpiredPartials end, Path quarantine,
      Predicate<String> isOwner) {
    this.tree = tree;
    this.events = events;
    this.window = window;
    this.end = end;
    this.quarantine = quarantine;
    this.isOwner = isOwner;
  }

  /** Looks at all partials of a staging folder; says whether any are left. */
  boolean sweep(Staging staging) throws StorageException {
    boolean areLeft = false;
    for (FileFacts file : staging.partials().list()) {
      if (file.name().endsWith(Partial.DESCRIPTION)) {
        removeIfAlone(staging.partials(), file);
      } else if (!StagingRoots.isOne(file)) {
        areLeft |= !endIfDue(staging, file);
      }
    }
    return areLeft;
  }

  private static void removeIfAlone(Folder partials, FileFacts description) throws StorageException {
    String bytes = description.name().substring(0, description.name().length() - Partial.DESCRIPTION.length());
    if (Home.factsIfThere(partials, bytes).isEmpty() && Partial.isOver(description, PATIENCE_WITH_DESCRIPTION)) {
      partials.removeFile(description.name());
    }
  }

  private boolean endIfDue(Staging staging, FileFacts file) throws StorageException {
    Partial.Description description = Partial.Description.read(staging.partials(), file);
    Optional<String> reason = reason(file, description);
    if (reason.isEmpty()) {
      return false;
    }
    Map<String, Object> data = new HashMap<>(Map.of("account", description.owner(), "path", description.path(),
        "bytes", file.size(), "peer_address", description.peer(), "cut", description.cut().toString(), "reason",
        reason.get()));
    try {
      if (end == ExpiredPartials.QUARANTINE) {
        String name = moveToQuarantine(staging, file, description);
        data.put("real_path", quarantine.resolve(name).toString());
        events.emit(EventCatalogue.PARTIAL_QUARANTINED, Origin.process(), data);
      } else if (Partial.remove(staging.partials(), file.name())) {
        events.emit(EventCatalogue.PARTIAL_EXPIRED, Origin.process(), data);
      }
      return true;
    } catch (StorageException.NotFound expected) {
      // A session goes on with it, or another server swept it.
      return true;
    }
  }

  private Optional<String> reason(FileFacts file, Partial.Description description) {
    if (Partial.isOver(file, window)) {
      return Optional.of("nobody went on with it");
    }
    boolean isOrphan = !description.owner().isEmpty() && !isOwner.test(description.owner());
    return isOrphan ? Optional.of("the account was removed") : Optional.empty();
  }

  /** Takes it as a session would, so that nobody else has it, then brings it to the other folder. */
  private String moveToQuarantine(Staging staging, FileFacts file, Partial.Description description)
      throws StorageException {
    String stagedName = staging.newName();
    staging.take(file.name(), stagedName);
    try (Folder target = openQuarantine()) {
      String name = quarantineName(file, description);
      try (OpenedFile text = createAnew(target, name + Partial.DESCRIPTION)) {
        text.write(description.text(), 0);
        text.sync();
      }
      if (staging.root().fileSystem().equals(target.identity().fileSystem())) {
        staging.putInPlace(stagedName, target, name, true);
      } else {
        copy(staging, stagedName, target, name);
      }
      target.sync();
      Partial.removeIfThere(staging.partials(), file.name() + Partial.DESCRIPTION);
      return name;
    } catch (StorageException e) {
      // It is tried again at the next sweep.
      staging.putInPlace(stagedName, staging.partials(), file.name(), true);
      throw e;
    }
  }

  private static void copy(Staging staging, String stagedName, Folder target, String name) throws StorageException {
    try (OpenedFile source = staging.reopen(stagedName); OpenedFile copy = createAnew(target, name)) {
      copy.copyFrom(source);
      copy.sync();
    }
    staging.discard(stagedName);
  }

  private Folder openQuarantine() throws StorageException {
    try {
      return tree.open(quarantine);
    } catch (StorageException.NotFound expected) {
      try (Folder above = tree.open(quarantine.toAbsolutePath().getParent())) {
        above.createFolder(quarantine.getFileName().toString(), Appearance.PRIVATE);
      } catch (StorageException.NotFound e) {
        throw new StorageException.Failed("the folder above \"" + quarantine + "\" (paths.quarantine) does not exist",
            e);
      }
      return tree.open(quarantine);
    }
  }

  /** What an attempt that failed left is not in the way of the next one. */
  private static OpenedFile createAnew(Folder folder, String name) throws StorageException {
    if (Home.factsIfThere(folder, name).isPresent()) {
      folder.removeFile(name);
    }
    return folder.createFile(name);
  }

  /** {@code pole-7-20180227T172853Z-1a2b3c4d-in_day.dat}: sorted by account and time, different for each path. */
  private static String quarantineName(FileFacts file, Partial.Description description) {
    String path = description.path().replaceFirst("^/", "").replaceAll("[/\\p{Cntrl}]", "_");
    StringBuilder name = new StringBuilder(path);
    String start = description.owner() + "-" + TIME.format(description.cut()) + "-"
        + file.name().substring(0, Math.min(8, file.name().length())) + "-";
    while ((start + name + Partial.DESCRIPTION).getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      name.deleteCharAt(0);
    }
    return start + name;
  }
}
