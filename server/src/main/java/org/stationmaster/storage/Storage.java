package org.stationmaster.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.Durability;
import org.stationmaster.config.StorageSettings;
import org.stationmaster.config.UploadSettings;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

/** The files of all accounts. Safe for use by many threads. */
public final class Storage implements AutoCloseable {
  private final FileTree tree;
  private final Path data;
  private final Appearance files;
  private final Appearance folders;
  private final Journal journal;
  private final Durability durability;
  private final Leftovers leftovers;
  /** For work that waits for the disk, and for nothing else. */
  private final ExecutorService threads;
  private final Events events;
  private final Duration resumeWindow;
  private final StorageSettings.ExpiredPartials expiredPartials;
  private final DataSize inPlaceAbove;
  /** What is being changed in place, or was and could not be undone. */
  private final Set<Object> inPlace = ConcurrentHashMap.newKeySet();
  /** The staging folders in use, by the folder that they lie in. */
  private final Map<Folder.Identity, Staging> stagings = new HashMap<>();
  private final Staging dataStaging;
  private final UploadSettings uploads;
  private final Placement placement;
  private final FreeSpace freeSpace;
  /** Of the homes that had a quota when they were opened. */
  private final Map<Folder.Identity, Usage> usages = new ConcurrentHashMap<>();

  /**
   * Finds out what became of the arrivals that an earlier run intended, prepares staging under {@code data} and removes
   * what is unfinished there.
   *
   * @throws StorageException when {@code data} cannot be created or written, or the group of the settings cannot be
   *     given to files; the message names the setting
   */
  public Storage(Path data, StorageSettings settings, Journal journal, Events events) throws StorageException {
    this(data, settings, journal, events, FileTree.ofThisSystem());
  }

  Storage(Path data, StorageSettings settings, Journal journal, Events events, FileTree tree) throws StorageException {
    this.tree = tree;
    this.journal = journal;
    this.events = events;
    this.durability = settings.durability();
    this.resumeWindow = settings.resumeWindow();
    this.expiredPartials = settings.expiredPartials();
    this.inPlaceAbove = settings.appendInPlaceAbove();
    uploads = settings.uploads();
    placement = new Placement(uploads.keepVersions());
    freeSpace = new FreeSpace(uploads.freeSpaceFloor(), events);
    this.leftovers = new Leftovers(tree, journal, events, inPlace::add);
    this.threads = Executors.newCachedThreadPool(Thread.ofPlatform().name("storage-commit-", 0).daemon().factory());
    leftovers.settleAll();
    Optional<GroupPrincipal> group = settings.group().isPresent() ? Optional.of(find(settings.group().get()))
        : Optional.empty();
    try {
      Files.createDirectories(data);
      this.data = data.toRealPath();
      try (Folder folder = tree.open(this.data)) {
        dataStaging = staging(folder, this.data.toString());
      }
      roots().all().forEach(this::cleanElsewhere);
    } catch (IOException e) {
      throw new StorageException.Failed("the data folder \"" + data + "\" cannot be used: "
          + PortableTree.exception(e).getMessage() + " (paths.data; the server's user must be able to write there)", e);
    }
    Optional<Appearance.Group> verified = group.isPresent() ? Optional.of(verify(group.get())) : Optional.empty();
    files = new Appearance(settings.fileMode(), verified);
    folders = new Appearance(settings.folderMode(), verified);
  }

  /** A large file that was written into there has its former bytes before anybody can ask for it. */
  private void cleanElsewhere(String root) {
    try (Folder folder = tree.open(Path.of(root))) {
      if (Staging.isIn(folder)) {
        try (Folder top = folder.open(List.of(VirtualPath.RESERVED_NAME)); Leftovers.Gate gate =
            new Leftovers.Gate(top)) {
          leftovers.clean(gate, top, root);
        }
      }
    } catch (StorageException.NotFound expected) {
      // A disk that is not there; it is looked at when it is used again.
    } catch (StorageException e) {
      sweepFailed(root, e);
    }
  }

  private static GroupPrincipal find(String group) throws StorageException {
    try {
      return Path.of(".").getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
    } catch (UserPrincipalNotFoundException e) {
      throw new StorageException.Failed("storage.group: there is no group \"" + group
          + "\" on this machine; create it or correct the setting", e);
    } catch (IOException | UnsupportedOperationException e) {
      throw new StorageException.Failed("storage.group: groups cannot be looked up here, remove the setting", e);
    }
  }

  /** Gives the group to a file, which shows whether it may be given, and its number. */
  private Appearance.Group verify(GroupPrincipal group) throws StorageException {
    Path staging = data.resolve(VirtualPath.RESERVED_NAME);
    try {
      Path probe = Files.createTempFile(staging, "group", "");
      try {
        Files.getFileAttributeView(probe, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS).setGroup(group);
        return new Appearance.Group(group, (int) Files.getAttribute(probe, "unix:gid", LinkOption.NOFOLLOW_LINKS));
      } finally {
        Files.delete(probe);
      }
    } catch (IOException e) {
      close();
      throw new StorageException.Failed("storage.group: the group \"" + group.getName()
          + "\" cannot be given to files; make the server's user a member of it", e);
    }
  }

  /**
   * The home at {@code folder}; it is created when it is missing. Links on the way to it are the administrator's and
   * are followed.
   *
   * @param sender whose uploads come into it through this, and who alone may go on with cut ones
   * @throws StorageException when it is not a folder or cannot be used
   */
  public Home open(Path folder, Sender sender, UploadRules rules) throws StorageException {
    Path path = folder.toAbsolutePath();
    try {
      return home(path, sender, rules);
    } catch (StorageException.NotFound expected) {
      create(path);
      events.emit(EventCatalogue.HOME_FOLDER_CREATED, Origin.process(), Map.of("account", sender.account(), "real_path",
          path.toString()));
      return home(path, sender, rules);
    }
  }

  private Home home(Path path, Sender sender, UploadRules rules) throws StorageException {
    Folder root = tree.open(path);
    try {
      return new Home(this, root, path, sender, rules, rules.hasQuota()
          ? Optional.of(usages.computeIfAbsent(root.identity(), _ -> new Usage(events))) : Optional.empty());
    } catch (StorageException e) {
      root.close();
      throw e;
    }
  }

  /** A folder that an operator named; links on the way to it are followed. */
  Folder existing(Path folder) throws StorageException {
    return tree.open(folder);
  }

  /** Outside the data folder only the last name is created: a missing one above it may be a disk that is not there. */
  private void create(Path path) throws StorageException {
    Path above = path.getParent();
    if (above.startsWith(data) && !Files.exists(above, LinkOption.NOFOLLOW_LINKS)) {
      create(above);
    }
    try (Folder folder = tree.open(above)) {
      createFolder(folder, path.getFileName().toString());
    } catch (StorageException.NotFound e) {
      throw new StorageException.NotFound("the folder above it does not exist; create it or mount its disk");
    }
  }

  /** Creates a folder and makes it durable; one that another session made meanwhile is as good. */
  void createFolder(Folder folder, String name) throws StorageException {
    try {
      folder.createFolder(name, folders);
    } catch (StorageException.AlreadyExists expected) {
      // Made durable here too: the other session may not be there yet.
    }
    folder.sync();
  }

  GroupCommit groupCommit(Folder staged, Consumer<String> discard) {
    return new GroupCommit(threads, staged, journal, durability, discard);
  }

  Leftovers leftovers() {
    return leftovers;
  }

  /** Whether the bytes of an upload are on disk before it gets its name. */
  boolean syncsBytes() {
    return durability != Durability.NONE;
  }

  /** Whether a file of {@code size} bytes that is written into is changed where it is, and not in a copy. */
  boolean isChangedInPlace(long size) {
    return inPlaceAbove.bytes() > 0 && size > inPlaceAbove.bytes();
  }

  /** Refuses if {@code file} is just changed in place. */
  void refuseIfInPlace(Object file) throws StorageException {
    if (inPlace.contains(file)) {
      throw new StorageException.Failed("another session is writing into this file, which is too large for a copy; "
          + "try again later", null);
    }
  }

  /** Keeps others from {@code file}, and has the next start look what came of it; {@link #endInPlace} afterwards. */
  void beginInPlace(Staging staging, Object file) throws StorageException {
    while (!inPlace.add(file)) {
      refuseIfInPlace(file);
    }
    staging.changes(1);
    try {
      remember(staging);
    } catch (StorageException e) {
      endInPlace(staging, file);
      throw e;
    }
  }

  void endInPlace(Staging staging, Object file) {
    staging.changes(-1);
    inPlace.remove(file);
  }

  /** Undoes a change in place, or says that it cannot be done; whether it was. */
  boolean undo(InPlace change, Staging staging, StagedFile.Upload upload) {
    try {
      change.undo();
      return true;
    } catch (StorageException e) {
      events.emit(EventCatalogue.IN_PLACE_NOT_UNDONE, Origin.process(), Map.of("account", upload.sender().account(),
          "path", upload.target().toString(), "real_path", upload.realPath(), "undo_record",
          staging.realPathOf(change.name()), "details", e.getMessage()));
      return false;
    }
  }

  /** What the uploader's account last appended to the file, if its OK may have been lost. */
  Optional<Journal.Appended> lastAppend(StagedFile.Upload upload) throws StorageException {
    return journal.lastAppend(upload.sender().account(), upload.target().toString())
        .filter(last -> Instant.now().isBefore(last.confirmed().plus(uploads.appendDedupeWindow())));
  }

  Journal journal() {
    return journal;
  }

  UploadSettings uploads() {
    return uploads;
  }

  Placement placement() {
    return placement;
  }

  FreeSpace freeSpace() {
    return freeSpace;
  }

  Appearance files() {
    return files;
  }

  Appearance folders() {
    return folders;
  }

  /** Whether a home lies in the data folder. */
  boolean isInData(Path home) {
    try {
      return home.toRealPath().startsWith(data);
    } catch (IOException e) {
      return false;
    }
  }

  /** The staging folder for a folder of the data folder's file system. */
  synchronized Optional<Staging> dataStaging(Folder.Identity identity) {
    if (!dataStaging.root().fileSystem().equals(identity.fileSystem())) {
      return Optional.empty();
    }
    dataStaging.retain();
    return Optional.of(dataStaging);
  }

  /**
   * The staging folder in {@code root}, prepared when it is first asked for; {@link #release} it.
   *
   * @param realPath where {@code root} is
   */
  synchronized Staging staging(Folder root, String realPath) throws StorageException {
    Staging known = stagings.get(root.identity());
    if (known != null) {
      known.retain();
      return known;
    }
    Staging opened = Staging.open(this, root, realPath);
    stagings.put(opened.root(), opened);
    return opened;
  }

  synchronized void retain(Staging staging) {
    staging.retain();
  }

  synchronized void release(Staging staging) {
    if (staging.release()) {
      stagings.remove(staging.root());
      staging.end();
    }
  }

  Duration resumeWindow() {
    return resumeWindow;
  }

  /** Has the next sweeps look at a staging folder outside of the data folder, in later runs too. */
  void remember(Staging staging) throws StorageException {
    if (staging != dataStaging) {
      roots().add(staging.realPath());
    }
  }

  private StagingRoots roots() {
    return new StagingRoots(dataStaging.partials());
  }

  /**
   * Ends what is left of cut uploads when {@code storage.resume-window} is over, and of accounts that are gone; with an
   * event for each, and for what cannot be done.
   *
   * @param quarantine where they go if they are not deleted
   * @param isOwner whether an account is still there
   */
  public void sweepPartials(Path quarantine, Predicate<String> isOwner) {
    PartialSweep sweep = new PartialSweep(tree, events, resumeWindow, expiredPartials, quarantine, isOwner);
    try {
      sweep.sweep(dataStaging);
      for (String root : roots().all()) {
        sweepElsewhere(sweep, root);
      }
    } catch (StorageException e) {
      sweepFailed(data.toString(), e);
    }
  }

  private void sweepElsewhere(PartialSweep sweep, String root) {
    try (Folder folder = tree.open(Path.of(root))) {
      if (!Staging.isIn(folder)) {
        // A mount point without its disk, as a rule; it is looked at when that is back.
        return;
      }
      Staging staging = staging(folder, root);
      try {
        if (!sweep.sweep(staging)) {
          roots().remove(root);
          if (staging.changes(0) > 0) {
            roots().add(root);
          }
        }
      } finally {
        release(staging);
      }
    } catch (StorageException.NotFound expected) {
      // As above.
    } catch (StorageException e) {
      sweepFailed(root, e);
    }
  }

  private void sweepFailed(String root, StorageException e) {
    events.emit(EventCatalogue.PARTIAL_SWEEP_FAILED, Origin.process(), Map.of("real_path", root, "details",
        e.getMessage()));
  }

  /** After the homes are closed. */
  @Override
  public void close() {
    release(dataStaging);
    threads.close();
    tree.close();
  }
}
