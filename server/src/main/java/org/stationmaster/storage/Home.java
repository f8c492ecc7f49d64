package org.stationmaster.storage;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.stationmaster.config.DataSize;
import org.stationmaster.config.OverwritePolicy;
import org.stationmaster.storage.Published.Amount;

/**
 * An account's folder, and in it the virtual folders, which lie elsewhere on disk. No operation follows a symbolic link
 * or leaves them, whoever changes the tree meanwhile (where the operating system is not Linux: unless another local
 * user exchanges folders for links at that very moment).
 */
public final class Home implements AutoCloseable {
  private final Storage storage;
  private final Folder root;
  private final Path path;
  private final Sender sender;
  private final UploadRules rules;
  private final Optional<Usage> usage;
  private final List<Branch> branches = new ArrayList<>();
  private final Map<StagingPlace, Staging> stagings = new HashMap<>();

  Home(Storage storage, Folder root, Path path, Sender sender, UploadRules rules, Optional<Usage> usage) {
    this.storage = storage;
    this.sender = sender;
    this.root = root;
    this.path = path;
    this.rules = rules;
    this.usage = usage;
  }

  /**
   * What decides where uploads grow, and nothing else: each session has to find what an earlier one kept.
   *
   * @param virtualFolder in which they are seen
   */
  private record StagingPlace(Optional<VirtualPath> virtualFolder, Object fileSystem) {
  }

  /** A folder of the tree that lies elsewhere. */
  private final class Branch {
    private final VirtualPath at;
    private final Path path;
    private final boolean isReadOnly;
    private Optional<Folder> root = Optional.empty();

    private Branch(VirtualPath at, Path path, boolean isReadOnly) {
      this.at = at;
      this.path = path;
      this.isReadOnly = isReadOnly;
    }

    /** Opens it if its disk was not there before. */
    private Folder root() throws StorageException {
      if (root.isEmpty()) {
        try {
          root = Optional.of(storage.existing(path));
        } catch (StorageException e) {
          throw new StorageException.NotFound("the virtual folder " + at + " is not available: " + e.getMessage());
        }
      }
      return root.get();
    }

    /** One that is not available is shown all the same. */
    private FileFacts facts() {
      synchronized (Home.this) {
        try {
          FileFacts real = root().facts("");
          return new FileFacts(at.name(), FileFacts.Kind.FOLDER, 0, real.modified(), real.accessed(), real.mode(),
              real.links());
        } catch (StorageException expected) {
          return new FileFacts(at.name(), FileFacts.Kind.FOLDER, 0, Instant.EPOCH, Instant.EPOCH, Set.of(), 1);
        }
      }
    }
  }

  /**
   * Adds a virtual folder, which hides what is there in the home; missing folders above it are created.
   *
   * @param at where it is seen; not in another virtual folder
   * @param folder where it is on disk
   * @throws StorageException when it is not available now; it is shown all the same, and tried again when it is used
   */
  public synchronized void add(VirtualPath at, Path folder, boolean isReadOnly) throws StorageException {
    Branch added = new Branch(at, folder, isReadOnly);
    branches.add(added);
    folderMade(at.parent()).close();
    added.root();
  }

  private Optional<Branch> branch(VirtualPath target) {
    return branches.stream().filter(folder -> target.startsWith(folder.at)).findFirst();
  }

  private Optional<Branch> branchAt(VirtualPath target) {
    return branch(target).filter(folder -> folder.at.equals(target));
  }

  private static VirtualPath below(VirtualPath target, VirtualPath folder) {
    return new VirtualPath(target.names().subList(folder.names().size(), target.names().size()));
  }

  /** Where {@code path} is on disk, for events. Text, because not every name fits the locale of {@link Path}. */
  public String realPath(VirtualPath target) {
    Path from = branch(target).map(folder -> folder.path).orElse(path);
    VirtualPath rest = branch(target).map(folder -> below(target, folder.at)).orElse(target);
    return rest.isRoot() ? from.toString() : from + rest.toString();
  }

  /** What is at {@code path}; a link is described, not followed. */
  public FileFacts facts(VirtualPath target) throws StorageException {
    Optional<Branch> fixed = branchAt(target);
    if (fixed.isPresent()) {
      return fixed.get().facts();
    }
    try (Folder folder = folder(target.parent())) {
      return folder.facts(target.name());
    }
  }

  /** The size of the file system on which {@code target}, or the folder that holds it, is. */
  public Capacity capacity(VirtualPath target) throws StorageException {
    boolean isFolder = target.isRoot() || facts(target).isFolder();
    try (Folder folder = folder(isFolder ? target : target.parent())) {
      return folder.capacity();
    }
  }

  /**
   * What {@code folder} holds, in the order of the names, without the staging folder; close it.
   *
   * @param isShown which names are in the listing
   */
  public Listing list(VirtualPath target, Predicate<String> isShown) throws StorageException {
    Folder folder = folder(target);
    try {
      Map<String, FileFacts> known = new HashMap<>();
      for (Branch one : branches) {
        if (one.at.parent().equals(target) && isShown.test(one.at.name())) {
          known.put(one.at.name(), one.facts());
        }
      }
      List<String> names = new ArrayList<>(folder.names());
      names.removeIf(name -> name.equals(VirtualPath.RESERVED_NAME) || known.containsKey(name)
          || !isShown.test(name));
      names.addAll(known.keySet());
      Collections.sort(names);
      return new Listing(Optional.of(folder), names, known);
    } catch (StorageException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  /**
   * Creates a folder, and the missing ones above it if {@code parents}.
   *
   * @throws StorageException.AlreadyExists when something of that name is there
   */
  public void createFolder(VirtualPath target, boolean parents) throws StorageException {
    if (target.isRoot() || branchAt(target).isPresent()) {
      throw new StorageException.AlreadyExists("it exists already");
    }
    refuseReadOnly(target);
    try (Folder folder = parents ? folderMade(target.parent()) : folder(target.parent())) {
      folder.createFolder(target.name(), storage.folders());
      folder.sync();
    }
  }

  /** Removes an empty folder. */
  public void removeFolder(VirtualPath target) throws StorageException {
    refuseFixed(target);
    try (Folder parent = folder(target.parent())) {
      if (!parent.facts(target.name()).isFolder()) {
        throw new StorageException.WrongKind("it is not a folder");
      }
      try {
        parent.removeFolder(target.name());
      } catch (StorageException.WrongKind e) {
        // To the client it may look empty, because a staging folder of an earlier use is not shown.
        try (Folder folder = parent.open(List.of(target.name()))) {
          if (!Staging.removeUnused(folder, realPath(target), storage.leftovers())) {
            throw e;
          }
        }
        parent.removeFolder(target.name());
      }
    }
  }

  /** Removes a file, or a link itself, and the partial of an upload that was cut. */
  public void removeFile(VirtualPath target) throws StorageException {
    refuseFixed(target);
    boolean wasPartial = removePartial(target);
    try (Folder folder = folder(target.parent())) {
      Optional<FileFacts> facts = usage.isPresent() ? factsIfThere(folder, target.name()) : Optional.empty();
      folder.removeFile(target.name());
      facts.ifPresent(file -> changeUsage(Amount.NONE.minus(Amount.of(file))));
    } catch (StorageException.NotFound e) {
      if (!wasPartial) {
        throw e;
      }
    }
  }

  private boolean removePartial(VirtualPath target) throws StorageException {
    Optional<Partial> partial = partial(target);
    return partial.isPresent() && partial.get().remove();
  }

  /**
   * What is known of an upload to {@code target} that was cut, for its owner: a little less than has come, so that
   * there is always something to send. It can be gone on with, but neither listed nor read.
   */
  public Optional<FileFacts> cutUpload(VirtualPath target) throws StorageException {
    Optional<Partial> partial = partial(target);
    Optional<FileFacts> facts = partial.isPresent() ? partial.get().find() : Optional.empty();
    return facts.map(cut -> new FileFacts(target.name(), cut.kind(), Partial.shownSize(cut), cut.modified(),
        cut.accessed(), cut.mode().isEmpty() ? cut.mode() : storage.files().mode(), cut.links()));
  }

  /**
   * What arrived at {@code target} as a whole, after {@code since}, and was neither removed nor renamed by the account:
   * if nothing is there now, something else has taken it away.
   */
  public Optional<FileFacts> lastUpload(VirtualPath target, Instant since) throws StorageException {
    return storage.journal().lastUpload(sender.account(), target.toString(), since)
        .map(file -> new FileFacts(target.name(), FileFacts.Kind.FILE, file.size(), file.confirmed(), file.confirmed(),
            storage.files().mode(), 1));
  }

  /** The account has removed what was at {@code target}, which is no {@link #lastUpload} any more. */
  public void forgetUpload(VirtualPath target) {
    storage.journal().removed(sender.account(), target.toString());
  }

  /** The account has renamed it: the {@link #lastUpload} has another name. */
  public void renameUpload(VirtualPath from, VirtualPath to) {
    storage.journal().renamed(sender.account(), from.toString(), to.toString());
  }

  /** Where a partial would be; looking makes no staging folder where there was none. */
  private Optional<Partial> partial(VirtualPath target) throws StorageException {
    if (target.isRoot()) {
      return Optional.empty();
    }
    try (Folder folder = folder(target.parent())) {
      return staging(target.parent(), folder.identity(), false).map(staging -> partial(staging, target));
    } catch (StorageException expected) {
      // No such folder, or it can only be read: nothing of an upload can be there.
      return Optional.empty();
    }
  }

  private Partial partial(Staging staging, VirtualPath target) {
    return new Partial(staging, sender.account(), target, storage.resumeWindow());
  }

  /**
   * Renames a file or folder in one step. What becomes of an existing file at {@code to} is for the home's rules to
   * say; an existing folder is never replaced. When this returns the new name survives a loss of power.
   *
   * <p>A file that goes to another file system is copied, published there like an upload, and only then removed here;
   * a folder is refused.
   */
  public Published rename(VirtualPath from, VirtualPath to) throws StorageException {
    refuseFixed(from);
    refuseFixed(to);
    if (to.startsWith(from) && !to.equals(from)) {
      throw new StorageException.Failed("a folder cannot be moved into itself", null);
    }
    try (Folder source = folder(from.parent()); Folder target = folder(to.parent())) {
      FileFacts moved = source.facts(from.name());
      if (from.equals(to)) {
        return Published.as(to.name(), Amount.NONE);
      }
      Optional<FileFacts> former = factsIfThere(target, to.name());
      if (former.isPresent() && former.get().kind() == FileFacts.Kind.LINK) {
        throw new StorageException.PathRefused("a symbolic link of that name is there");
      }
      if (former.isPresent() && (former.get().isFolder() || moved.isFolder())) {
        throw new StorageException.AlreadyExists("a " + (former.get().isFolder() ? "folder" : "file")
            + " of that name exists already");
      }
      if (!source.identity().fileSystem().equals(target.identity().fileSystem())) {
        Published published = moveByCopy(source, moved, to);
        removePartial(to);
        if (isCounted(from)) {
          changeUsage(Amount.NONE.minus(Amount.of(moved)));
        }
        return published;
      }
      Published published = storage.placement().put(source, from.name(), target, to.name(), policy(), former,
          Optional.empty());
      if (published.wasThere()) {
        source.removeFile(from.name());
      }
      changeUsage(difference(from, to, moved, published));
      target.sync();
      if (!from.parent().equals(to.parent())) {
        source.sync();
      }
      removePartial(to);
      return published;
    }
  }

  private Published moveByCopy(Folder source, FileFacts moved, VirtualPath to) throws StorageException {
    if (!moved.isFile()) {
      throw new StorageException.Failed("the two names are on different file systems, between which only files are "
          + "moved; move the files one by one", null);
    }
    Published published;
    try (OpenedFile bytes = source.openFile(moved.name());
        StagedFile copy = stage(to, new Beginning(false, false, false, Arrival.Kind.UPLOAD))) {
      copy.keepName();
      Folder.Version version = bytes.version();
      storage.refuseIfInPlace(version.file());
      copy.copyFrom(bytes);
      storage.refuseIfInPlace(version.file());
      if (!bytes.version().equals(version)) {
        throw InPlace.changedMeanwhile();
      }
      copy.setTimes(Optional.of(moved.modified()), Optional.of(moved.accessed()));
      published = copy.publish();
    }
    FileFacts now = source.facts(moved.name());
    if (now.size() != moved.size() || !now.modified().equals(moved.modified())) {
      throw new StorageException.Failed("the file was changed while it was moved to another file system; it is in both "
          + "places now", null);
    }
    source.removeFile(moved.name());
    source.sync();
    return published;
  }

  /** Sets what is present of the times. */
  public void setTimes(VirtualPath target, Optional<Instant> modified, Optional<Instant> accessed)
      throws StorageException {
    if (!target.isRoot()) {
      refuseFixed(target);
    }
    try (Folder folder = folder(target.parent())) {
      if (folder.facts(target.name()).kind() == FileFacts.Kind.LINK) {
        throw new StorageException.PathRefused("a symbolic link is in the path");
      }
      folder.setTimes(target.name(), modified, accessed);
    }
  }

  /** Opens a published file for reading. */
  public ReadableFile openForReading(VirtualPath target) throws StorageException {
    if (target.isRoot() || branchAt(target).isPresent()) {
      throw new StorageException.WrongKind("it is a folder");
    }
    try (Folder folder = folder(target.parent())) {
      return new ReadableFile(folder.openFile(target.name()), target.name());
    }
  }

  /**
   * How an upload begins.
   *
   * @param keepFormer whether it starts from the bytes of the file that is there, for appends and for writes into a
   *     file; if nothing is there it starts empty
   * @param createParents whether missing folders above it are created
   * @param isNew whether it is refused if a file of that name is there when it is published
   * @param kind what the journal calls it
   */
  public record Beginning(boolean keepFormer, boolean createParents, boolean isNew, Arrival.Kind kind) {
  }

  /** Begins an upload that replaces what is there; see {@link #stage(VirtualPath, Beginning)}. */
  public StagedFile stage(VirtualPath target, boolean keepFormer, boolean createParents) throws StorageException {
    return stage(target, new Beginning(keepFormer, createParents, false, Arrival.Kind.UPLOAD));
  }

  /**
   * Begins an upload. Nothing of it can be seen until {@link StagedFile#publish()}. It belongs to the folder that is
   * there now: when that is renamed meanwhile, the file goes where the folder went.
   *
   * @param target where it will be published
   */
  public StagedFile stage(VirtualPath target, Beginning beginning) throws StorageException {
    refuseFixed(target);
    Folder folder = beginning.createParents() ? folderMade(target.parent()) : existing(target.parent());
    try {
      Optional<FileFacts> there = StagedFile.refuseUnlessFile(folder, target.name());
      Staging staging = staging(target.parent(), folder.identity(), true)
          .orElseThrow(() -> new StorageException.NotFound("the folder was moved away"));
      StagedFile staged = new StagedFile(storage, this, staging, folder, new StagedFile.Upload(sender, target,
          realPath(target), beginning.kind(), beginning.isNew()), partial(staging, target),
          allowance(target, folder, there, beginning.keepFormer()));
      try {
        if (beginning.keepFormer()) {
          staged.startFromWhatIsThere();
        } else {
          staged.startEmpty();
          if (there.isPresent() && policy() == OverwritePolicy.REFUSE && rules.name().isEmpty()) {
            staged.mustRepeat();
          }
        }
        return staged;
      } catch (StorageException e) {
        staged.close();
        throw e;
      }
    } catch (StorageException e) {
      folder.close();
      throw e;
    }
  }

  private Allowance allowance(VirtualPath target, Folder folder, Optional<FileFacts> there, boolean keepFormer)
      throws StorageException {
    long former = there.map(FileFacts::size).orElse(0L);
    boolean takesItsPlace = there.isPresent()
        && (keepFormer || policy() != OverwritePolicy.KEEP_VERSIONS && rules.name().isEmpty());
    return new Allowance(this, isCounted(target), folder, keepFormer ? former : 0, takesItsPlace ? former : 0,
        !takesItsPlace);
  }

  boolean recognisesAppends() {
    return rules.appendDedupe().orElse(storage.uploads().appendDedupe());
  }

  OverwritePolicy policy() {
    return rules.onOverwrite().orElse(storage.uploads().onOverwrite());
  }

  DataSize largest() {
    return rules.largest().orElse(storage.uploads().largest());
  }

  /** The name under which a file is published that was sent as {@code sent}. */
  String publishedName(String sent) throws StorageException {
    if (rules.name().isEmpty()) {
      return sent;
    }
    VirtualPath result = VirtualPath.ROOT.resolve(rules.name().get().of(sent, rules.owner(), Instant.now()));
    if (result.names().size() != 1) {
      throw new StorageException.PathRefused("the name that the server gives to uploads cannot be made from this one");
    }
    return result.name();
  }

  void checkSpace(Folder folder, Object fileSystem, long upcoming) throws StorageException {
    storage.freeSpace().check(folder, fileSystem, path.toString(), upcoming);
  }

  void takeRoom(Amount more) throws StorageException {
    if (usage.isPresent()) {
      usage.get().take(() -> folder(VirtualPath.ROOT), rules, more);
    }
  }

  void giveBackRoom(Amount taken) {
    usage.ifPresent(room -> room.giveBack(taken));
  }

  /** A file of {@code size} bytes was published, for which that room was taken. */
  void added(long size, Published published, Amount taken) {
    usage.ifPresent(room -> room.added(rules, taken,
        published.wasThere() ? Amount.NONE : new Amount(size, 1).minus(published.gone())));
  }

  private void changeUsage(Amount difference) {
    usage.ifPresent(room -> room.changed(difference));
  }

  /** A quota is for what lies in the home itself. */
  private boolean isCounted(VirtualPath target) {
    return branch(target).isEmpty();
  }

  private Amount difference(VirtualPath from, VirtualPath to, FileFacts moved, Published published) {
    Amount more = isCounted(to) && !published.wasThere() ? Amount.of(moved).minus(published.gone()) : Amount.NONE;
    return isCounted(from) ? more.minus(Amount.of(moved)) : more;
  }

  /**
   * Refuses an upload of {@code size} bytes into the folder that cannot succeed, whatever its name. A quota that is
   * nearly full does not refuse here: the upload may take the place of a file that is as large.
   */
  public void checkRoom(VirtualPath target, long size) throws StorageException {
    try (Folder folder = folder(target)) {
      checkSpace(folder, folder.identity().fileSystem(), size);
    }
    Allowance.checkSize(size, largest());
    if (isCounted(target) && rules.quotaSize().isPresent() && size > rules.quotaSize().get().bytes()) {
      throw new StorageException.TooLarge("the file is larger than the quota of " + rules.quotaSize().get());
    }
  }

  /**
   * How many more bytes can be stored in the folder: what its file system has above the floor, or what the quota
   * leaves, if that is less.
   */
  public long room(VirtualPath target) throws StorageException {
    long free;
    try (Folder folder = folder(target)) {
      free = storage.freeSpace().room(folder.capacity());
    }
    if (branch(target).stream().anyMatch(one -> one.isReadOnly)) {
      return 0;
    }
    return usage.isPresent() && isCounted(target) ? Math.min(free, usage.get().room(() -> folder(VirtualPath.ROOT),
        rules)) : free;
  }

  /** The home, the virtual folders and the way to them are the operator's. */
  private void refuseFixed(VirtualPath target) throws StorageException {
    if (target.isRoot()) {
      throw new StorageException.PathRefused("the home folder itself cannot be changed");
    }
    for (Branch folder : branches) {
      if (folder.at.startsWith(target)) {
        throw new StorageException.PathRefused(folder.at.equals(target) ? "a virtual folder itself cannot be changed"
            : "the virtual folder " + folder.at + " lies in it");
      }
    }
    refuseReadOnly(target);
  }

  private void refuseReadOnly(VirtualPath target) throws StorageException {
    Optional<Branch> folder = branch(target).filter(one -> one.isReadOnly);
    if (folder.isPresent()) {
      throw new StorageException.PathRefused("the virtual folder " + folder.get().at + " is read-only");
    }
  }

  static Optional<FileFacts> factsIfThere(Folder folder, String name) throws StorageException {
    try {
      return Optional.of(folder.facts(name));
    } catch (StorageException.NotFound expected) {
      return Optional.empty();
    }
  }

  private synchronized Folder folder(VirtualPath target) throws StorageException {
    Optional<Branch> folder = branch(target);
    return folder.isPresent() ? folder.get().root().open(below(target, folder.get().at).names())
        : root.open(target.names());
  }

  private Folder existing(VirtualPath target) throws StorageException {
    try {
      return folder(target);
    } catch (StorageException.NotFound e) {
      throw new StorageException.NotFound("the folder does not exist");
    }
  }

  /** The folder at {@code target}; it and the ones above it are created if they are missing. */
  private Folder folderMade(VirtualPath target) throws StorageException {
    try {
      return folder(target);
    } catch (StorageException.NotFound expected) {
      VirtualPath top = branch(target).map(folder -> folder.at).orElse(VirtualPath.ROOT);
      Folder here = folder(top);
      for (String name : below(target, top).names()) {
        try (Folder above = here) {
          if (factsIfThere(above, name).isEmpty()) {
            storage.createFolder(above, name);
          }
          here = above.open(List.of(name));
        }
      }
      return here;
    }
  }

  /** The staging folder on the file system of {@code folder}, from where its files can be renamed into place. */
  private synchronized Optional<Staging> staging(VirtualPath target, Folder.Identity folder, boolean create)
      throws StorageException {
    StagingPlace place = new StagingPlace(branch(target).map(virtual -> virtual.at), folder.fileSystem());
    Staging known = stagings.get(place);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Staging> inData = root.identity().fileSystem().equals(folder.fileSystem()) && storage.isInData(path)
        ? storage.dataStaging(folder) : Optional.empty();
    Optional<Staging> staging = inData.isPresent() ? inData : topmost(target, folder, create);
    staging.ifPresent(found -> stagings.put(place, found));
    return staging;
  }

  /** In the first folder on the way to {@code target} that lies on the file system of {@code folder}. */
  private Optional<Staging> topmost(VirtualPath target, Folder.Identity folder, boolean create)
      throws StorageException {
    for (int depth = 0; depth <= target.names().size(); depth++) {
      VirtualPath top = new VirtualPath(target.names().subList(0, depth));
      try (Folder candidate = folder(top)) {
        if (candidate.identity().fileSystem().equals(folder.fileSystem())) {
          return create || Staging.isIn(candidate) ? Optional.of(storage.staging(candidate, realPath(top)))
              : Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public synchronized void close() {
    root.close();
    branches.forEach(folder -> folder.root.ifPresent(Folder::close));
    branches.clear();
    stagings.values().forEach(storage::release);
    stagings.clear();
  }
}
