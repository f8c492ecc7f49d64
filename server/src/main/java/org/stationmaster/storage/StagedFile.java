package org.stationmaster.storage;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.stationmaster.config.OverwritePolicy;

/**
 * An upload on its way: written aside, published whole or not at all; a large file that is written into is changed
 * where it is, and has its former bytes again unless that is published. Closing it without {@link #publish()} discards
 * it, unless {@link #keep} has kept it to be gone on with; the file that was there stays as it was. Interrupting a
 * thread in it changes nothing, and closing it from another thread waits for the operation that is running.
 *
 * <p>What it goes on from is chosen when the first byte is written, because only then it is known where the client is:
 * from nothing, from the file that is there, or from the partial of an upload that was cut.
 */
public final class StagedFile implements AutoCloseable {
  /** More bytes than this are synced before the upload joins a group, so that nobody waits for somebody's gigabyte. */
  private static final long MOST_TO_SYNC_TOGETHER = 1 << 20;
  /** During a long upload the disk is kept busy, so that little is left to sync at its end. */
  private static final long START_SYNC_EVERY = 4 << 20;
  /** Bytes that are compared before the journal is asked whether an append was sent again. */
  private static final int LOOK = 4096;

  private final Storage storage;
  private final Home home;
  private final Staging staging;
  private final Folder folder;
  private final Upload upload;
  private final String name;
  private final Partial partial;
  /** Of a large file that is there. */
  private Optional<InPlace> inPlace = Optional.empty();
  private final Allowance allowance;
  /** From the first byte on; until then nothing is staged. */
  private Optional<Staged> staged = Optional.empty();
  private long size;
  /** How many bytes from the beginning on are there without a gap. */
  private long unbroken;
  /** Written since the last sync, and since the disk was last told to begin. */
  private long unsynced;
  private long unstarted;
  private long writtenFrom = Long.MAX_VALUE;
  private long writtenTo;
  private Optional<Instant> modified = Optional.empty();
  private Optional<Instant> accessed = Optional.empty();
  private Optional<StorageException> failure = Optional.empty();
  /** The file that this one may start from, or has started from, as it was when this one was opened. */
  private Optional<Former> former = Optional.empty();
  /** What is replaced. */
  private Optional<Folder.Held> replaced = Optional.empty();
  /** What is added to a file, if appends that are sent again are recognised. */
  private Optional<AppendedBytes> appended = Optional.empty();
  /** When these bytes had arrived before, if they are not written again. */
  private Optional<Instant> arrivedBefore = Optional.empty();
  /** Where a cut upload went on. */
  private Optional<Long> resumedAt = Optional.empty();
  /** Whether all its bytes came as an upload of the whole file, be it in several pieces. */
  private boolean isWholeUpload;
  /** A file that may not be replaced: this one can only be the same once more. */
  private Optional<OpenedFile> original = Optional.empty();
  private boolean keepsName;
  private boolean isPublished;
  /** Whether its bytes are under its name, be it that they were there before. */
  private boolean isAcknowledged;
  private boolean kept;
  private boolean closed;

  /**
   * What is uploaded.
   *
   * @param sender who sends it
   * @param target where it will be published
   * @param realPath where that is on disk
   * @param kind what becomes of the bytes that are there
   * @param isNew whether nothing may be there
   */
  record Upload(Sender sender, VirtualPath target, String realPath, Arrival.Kind kind, boolean isNew) {
    /** The same under another name in the same folder. */
    Upload named(String other) {
      VirtualPath path = target.parent().with(other);
      return new Upload(sender, path, realPath.substring(0, realPath.length() - target.name().length()) + other, kind,
          isNew);
    }
  }

  /** Where the bytes grow. */
  private record Staged(String name, OpenedFile bytes) {
  }

  private record Former(OpenedFile bytes, FileFacts facts, Folder.Version version) {
  }

  /**
   * What is left of an upload that was cut.
   *
   * @param bytes how many
   * @param until when its account may go on with it
   */
  public record Kept(long bytes, Instant until) {
  }

  /** Takes {@code folder} and {@code allowance} over. */
  StagedFile(Storage storage, Home home, Staging staging, Folder folder, Upload upload, Partial partial,
      Allowance allowance) {
    this.storage = storage;
    this.home = home;
    this.allowance = allowance;
    this.staging = staging;
    this.folder = folder;
    this.upload = upload;
    this.name = upload.target().name();
    this.partial = partial;
    storage.retain(staging);
  }

  /** An upload replaces a regular file or nothing. */
  static Optional<FileFacts> refuseUnlessFile(Folder folder, String name) throws StorageException {
    Optional<FileFacts> former = Home.factsIfThere(folder, name);
    if (former.isPresent()) {
      former.get().requireFile();
    }
    return former;
  }

  /**
   * The file that is there may not be replaced. That is decided at the end, but a difference is told as soon as it
   * comes: some clients of SFTP do not look at the answer to CLOSE.
   */
  synchronized void mustRepeat() throws StorageException {
    try {
      original = Optional.of(folder.openFile(name));
    } catch (StorageException.NotFound expected) {
      // It went just now.
    }
  }

  private void refuseIfDifferent(ByteBuffer source, long position) throws StorageException {
    if (original.isPresent()) {
      ByteBuffer there = ByteBuffer.allocate(source.remaining());
      original.get().read(there, position);
      if (!there.flip().equals(source)) {
        throw Placement.differs();
      }
    }
  }

  /** It is published under this name, whatever the home's rules for names: it is a file that moves. */
  synchronized void keepName() {
    keepsName = true;
  }

  /** Refuses it now if it cannot become {@code newSize} bytes long. */
  public synchronized void announce(long newSize) throws StorageException {
    if (original.isPresent() && original.get().facts(name).size() != newSize) {
      throw Placement.differs();
    }
    allowance.announce(newSize);
  }

  /** Starts from nothing. */
  synchronized void startEmpty() throws StorageException {
    stage(staging::create);
    isWholeUpload = true;
  }

  /** Takes the bytes of {@code source}. */
  synchronized void copyFrom(OpenedFile source) throws StorageException {
    change(() -> {
      allowance.grow(source.facts(name).size());
      staged.get().bytes().copyFrom(source);
      size = staged.get().bytes().facts(name).size();
      unsynced = size;
      writtenFrom = 0;
      writtenTo = size;
    });
  }

  /** Starts from the file or the partial that is there, as the first write decides; where neither is, from nothing. */
  synchronized void startFromWhatIsThere() throws StorageException {
    former = openFormer();
    if (home.recognisesAppends() && (former.isPresent() || upload.kind() == Arrival.Kind.APPEND)) {
      appended = Optional.of(new AppendedBytes());
    }
    Optional<FileFacts> cut = partial.find();
    if (former.isEmpty() && cut.isEmpty()) {
      startEmpty();
    } else {
      size = former.map(file -> file.facts().size()).orElseGet(() -> Partial.shownSize(cut.get()));
    }
  }

  private Optional<Former> openFormer() throws StorageException {
    try {
      OpenedFile bytes = folder.openFile(name);
      try {
        // Before the bytes: what is added while they are copied must not pass for known.
        Folder.Version version = bytes.version();
        return Optional.of(new Former(bytes, bytes.facts(name), version));
      } catch (StorageException e) {
        bytes.close();
        throw e;
      }
    } catch (StorageException.NotFound expected) {
      return Optional.empty();
    }
  }

  @FunctionalInterface
  private interface Opening {
    OpenedFile open(String stagedName) throws StorageException;
  }

  private void stage(Opening opening) throws StorageException {
    String stagedName = staging.newName();
    staged = Optional.of(new Staged(stagedName, opening.open(stagedName)));
  }

  /** Where the first byte is written decides what it goes on from. */
  private void beginAt(long offset) throws StorageException {
    if (staged.isPresent()) {
      return;
    }
    if (former.isPresent()) {
      if (isEndOfPartial(offset)) {
        resumeAt(offset);
      } else {
        beginFromFormer(offset > 0);
      }
    } else if (offset == 0) {
      startEmpty();
    } else {
      resumeAt(offset);
    }
  }

  /** An offset that is the end of the file that is there speaks of that. */
  private boolean isEndOfPartial(long offset) throws StorageException {
    return former.filter(file -> file.facts().size() == offset).isEmpty()
        && partial.find().filter(cut -> offset == cut.size() || offset == Partial.shownSize(cut)).isPresent();
  }

  /**
   * Starts from the file that is there.
   *
   * @param isPart whether some of it is to stay, as far as is known
   */
  private void beginFromFormer(boolean isPart) throws StorageException {
    Former there = former.get();
    storage.refuseIfInPlace(there.version().file());
    // Whoever has another name for the file did not ask for it to change.
    if (isPart && storage.isChangedInPlace(there.facts().size()) && there.facts().links() == 1) {
      changeFormer(there);
    }
    if (inPlace.isEmpty()) {
      copyFormer();
    }
  }

  private void changeFormer(Former there) throws StorageException {
    storage.beginInPlace(staging, there.version().file());
    try {
      inPlace = InPlace.begin(staging, folder, name, there.version(), new InPlace.Former(there.facts().size(),
          there.facts().modified(), upload.sender().account(), upload.target().toString(), upload.realPath()),
          storage.syncsBytes());
    } finally {
      if (inPlace.isEmpty()) {
        storage.endInPlace(staging, there.version().file());
      }
    }
    inPlace.ifPresent(file -> {
      staged = Optional.of(new Staged(file.name(), file.bytes()));
      there.bytes().close();
    });
  }

  private void copyFormer() throws StorageException {
    stage(staging::create);
    staged.get().bytes().copyFrom(former.get().bytes());
    size = staged.get().bytes().facts(name).size();
    unsynced = size;
    former.get().bytes().close();
  }

  /** Goes on with the partial; what it has behind {@code offset} the client sends again. */
  private void resumeAt(long offset) throws StorageException {
    FileFacts cut = partial.find().orElseThrow(StagedFile::nothingToResume);
    if (offset > cut.size()) {
      throw behindEnd(offset, Partial.shownSize(cut));
    }
    try {
      stage(partial::take);
    } catch (StorageException.NotFound e) {
      throw nothingToResume();
    }
    if (staged.get().bytes().facts(name).size() < offset) {
      // Since that look another session has left a shorter one.
      throw nothingToResume();
    }
    allowance.grow(offset);
    staged.get().bytes().truncate(offset);
    size = offset;
    unbroken = offset;
    closeFormer();
    former = Optional.empty();
    resumedAt = Optional.of(offset);
    isWholeUpload = true;
  }

  private static StorageException nothingToResume() {
    return new StorageException.Failed("the upload that was to go on is not there any more; send the file from its "
        + "beginning", null);
  }

  private static StorageException behindEnd(long offset, long end) {
    return new StorageException.Failed("offset " + offset + " lies behind the end of the file; " + end
        + " bytes are there", null);
  }

  /** Where it went on with an upload that was cut before. */
  public synchronized Optional<Long> resumedAt() {
    return resumedAt;
  }

  /** What is known of it now; its name, its mode and the times that were set are those it will have. */
  public synchronized FileFacts facts() throws StorageException {
    FileFacts now;
    if (staged.isPresent()) {
      now = staged.get().bytes().facts(name);
    } else if (former.isPresent()) {
      now = former.get().bytes().facts(name);
    } else {
      now = partial.find().orElseThrow(StagedFile::nothingToResume);
    }
    return new FileFacts(name, FileFacts.Kind.FILE, staged.isPresent() ? now.size() : size,
        modified.orElse(now.modified()), accessed.orElse(now.accessed()),
        now.mode().isEmpty() ? now.mode() : storage.files().mode(), now.links());
  }

  /** Bytes so far, those included that it goes on from. */
  public synchronized long size() {
    return size;
  }

  /** Writes all of {@code source} at {@code position}. After a failure it cannot be published any more. */
  public synchronized void write(ByteBuffer source, long position) throws StorageException {
    change(() -> {
      checkPosition(position);
      beginAt(position);
      put(source, position);
    });
  }

  /** Writes all of {@code source} at the end. After a failure it cannot be published any more. */
  public synchronized void append(ByteBuffer source) throws StorageException {
    change(() -> {
      if (staged.isEmpty() && former.isPresent()) {
        beginFromFormer(true);
      } else {
        beginAt(size);
      }
      // A cut append is undone, unless it went on with an upload.
      isWholeUpload = resumedAt.isPresent();
      put(source, size);
    });
  }

  private void put(ByteBuffer source, long position) throws StorageException {
    int length = source.remaining();
    OpenedFile bytes = staged.get().bytes();
    refuseIfDifferent(source, position);
    allowance.grow(Math.max(size, position + length));
    appended.ifPresent(end -> end.add(source, position));
    if (inPlace.isPresent()) {
      inPlace.get().write(source, position);
    } else {
      bytes.write(source, position);
    }
    size = Math.max(size, position + length);
    if (position <= unbroken) {
      unbroken = Math.max(unbroken, position + length);
    }
    writtenFrom = Math.min(writtenFrom, position);
    writtenTo = Math.max(writtenTo, position + length);
    unsynced += length;
    unstarted += length;
    if (unstarted >= START_SYNC_EVERY && storage.syncsBytes()) {
      bytes.startSync();
      unstarted = 0;
    }
  }

  private void refuseIfEnded() throws StorageException {
    if (closed) {
      throw new StorageException.Failed("the upload has ended", null);
    }
  }

  /** What follows a failure would only fill the disk. */
  private void refuseAfterFailure() throws StorageException {
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  /** Whether a write has failed, so that it cannot be published. */
  public synchronized boolean hasFailed() {
    return failure.isPresent();
  }

  @FunctionalInterface
  private interface Change {
    void make() throws StorageException;
  }

  private void change(Change change) throws StorageException {
    refuseIfEnded();
    refuseAfterFailure();
    try {
      change.make();
    } catch (StorageException e) {
      failure = Optional.of(e);
      undoInPlace();
      throw e;
    }
  }

  /** At once, because a full disk has more to do than to keep half an append. */
  private void undoInPlace() {
    inPlace.ifPresent(file -> {
      inPlace = Optional.empty();
      staged = Optional.empty();
      if (storage.undo(file, staging, upload)) {
        staging.discard(file.name());
        storage.endInPlace(staging, former.get().version().file());
      }
      file.close();
    });
  }

  /**
   * Goes on at {@code offset} whatever is written, and drops what was behind it.
   *
   * @throws StorageException.Failed when not so many bytes are there
   */
  public synchronized void continueAt(long offset) throws StorageException {
    change(() -> {
      if (offset > size && !isEndOfPartial(offset)) {
        throw behindEnd(offset, size);
      }
      beginAt(offset);
      cut(offset);
    });
  }

  static void checkPosition(long position) throws StorageException {
    if (position < 0) {
      throw new StorageException.Failed("an offset lies before the beginning of the file", null);
    }
  }

  /** Reads back, up to the space in {@code target}; -1 at the end. */
  public synchronized int read(ByteBuffer target, long position) throws StorageException {
    checkPosition(position);
    if (staged.isPresent()) {
      return staged.get().bytes().read(target, position);
    }
    // A partial is for going on, not for reading.
    return former.isPresent() ? former.get().bytes().read(target, position) : -1;
  }

  /** Cuts or extends it to {@code size}. After a failure it cannot be published any more. */
  public synchronized void truncate(long newSize) throws StorageException {
    change(() -> {
      checkPosition(newSize);
      if (staged.isEmpty() && former.isPresent()) {
        beginFromFormer(newSize > 0);
      } else if (staged.isEmpty()) {
        beginAt(Math.min(newSize, partial.find().orElseThrow(StagedFile::nothingToResume).size()));
      }
      cut(newSize);
    });
  }

  private void cut(long newSize) throws StorageException {
    allowance.grow(newSize);
    appended.ifPresent(AppendedBytes::cut);
    if (inPlace.isPresent()) {
      inPlace.get().truncate(newSize);
    } else {
      staged.get().bytes().truncate(newSize);
    }
    size = newSize;
    unbroken = Math.min(unbroken, newSize);
  }

  /** What is present of the times is what the published file will have. */
  public synchronized void setTimes(Optional<Instant> newModified, Optional<Instant> newAccessed) {
    modified = newModified.or(() -> modified);
    accessed = newAccessed.or(() -> accessed);
  }

  /**
   * Makes the bytes durable without publishing them, unless {@code storage.durability} is {@code none}. After a failure
   * it cannot be published any more.
   */
  public synchronized void force() throws StorageException {
    if (staged.isPresent() && storage.syncsBytes()) {
      // The kernel reports lost bytes once; the next sync would succeed without them.
      change(() -> staged.get().bytes().sync());
      unsynced = 0;
    }
  }

  /** Publishes whatever happens meanwhile; see {@link #publish(Objection)}. */
  public Published publish() throws StorageException {
    return publish(Optional::empty);
  }

  /**
   * Makes the bytes durable and the file visible under its name in one step, together with other uploads that are ready
   * now. When this returns the file survives a loss of power, unless {@code storage.durability} promises less. If
   * nothing was written into the file that is there, only its times change.
   *
   * @param objection asked by another thread when nothing is visible yet; its reason becomes the exception's message
   * @throws StorageException.Objected when there is one; it is still open then, for {@link #keep}
   * @throws StorageException when it is not published for another reason; it is discarded then
   */
  public synchronized Published publish(Objection objection) throws StorageException {
    refuseIfEnded();
    boolean mayBeKept = false;
    try {
      refuseAfterFailure();
      if (staged.isEmpty()) {
        leaveAsItIs(objection);
        return Published.as(name, Published.Amount.NONE);
      }
      Optional<String> hash = appended.filter(end -> end.isEndOf(size)).map(AppendedBytes::sha256);
      if (hash.isPresent() && hasArrived(hash.get())) {
        acknowledge(objection);
        return Published.as(name, Published.Amount.NONE);
      }
      Publishing publication = inPlace.isPresent() ? new Stay(inPlace.get(), hash, objection)
          : replacement(hash, objection);
      OpenedFile bytes = staged.get().bytes();
      if (inPlace.isEmpty()) {
        bytes.appear(storage.files(), folder);
      }
      if (modified.isPresent() || accessed.isPresent()) {
        bytes.setTimes(modified, accessed);
      }
      if (unsynced > MOST_TO_SYNC_TOGETHER) {
        force();
      }
      staging.publish(publication);
      return publication.result();
    } catch (StorageException.Objected e) {
      mayBeKept = true;
      throw e;
    } finally {
      if (!mayBeKept) {
        close();
      }
    }
  }

  /** Decides under which name it will be published and in whose place, and looks at what is there. */
  private Replacement replacement(Optional<String> hash, Objection objection) throws StorageException {
    boolean isAppend = upload.kind() == Arrival.Kind.APPEND && resumedAt.isEmpty() || former.isPresent();
    String publishedName = isAppend || keepsName ? name : home.publishedName(name);
    OverwritePolicy policy = isAppend && !isRewritten() ? OverwritePolicy.REPLACE : home.policy();
    // What comes between this look and the rename is replaced as a name, never followed.
    boolean isThere = refuseUnlessFile(folder, publishedName).isPresent();
    Optional<Placement.Comparison> compared = policy == OverwritePolicy.REPLACE || !isThere || upload.isNew()
        ? Optional.empty() : Placement.compare(staging.run(), staged.get().name(), folder, publishedName);
    return new Replacement(upload.named(publishedName), hash, policy, compared, objection);
  }

  /** Whether nothing is left of the file that is there: OpenSSH's scp opens it without TRUNC and cuts it at the end. */
  private boolean isRewritten() {
    return former.isPresent() && former.get().facts().size() > 0 && unbroken == size;
  }

  /** When what was appended had arrived already, so that it was not written again. */
  public synchronized Optional<Instant> arrivedBefore() {
    return arrivedBefore;
  }

  /**
   * Whether the file that is there ends with the same bytes because they are what its account last sent to it: then the
   * OK for them was lost. The journal is asked only if the file looks like that.
   */
  private boolean hasArrived(String hash) throws StorageException {
    AppendedBytes end = appended.get();
    long before = end.from() - end.count();
    if (former.isEmpty() || former.get().facts().size() != end.from() || before < 0 || !beginsAlike(before, end)) {
      return false;
    }
    Optional<Journal.Appended> last = storage.lastAppend(upload).filter(known -> known.size() == end.from()
        && known.length() == end.count() && known.sha256().equals(hash));
    if (last.isPresent() && AppendedBytes.sha256(staged.get().bytes(), before, end.count()).equals(Optional.of(hash))) {
      arrivedBefore = last.map(Journal.Appended::confirmed);
    }
    return arrivedBefore.isPresent();
  }

  private boolean beginsAlike(long before, AppendedBytes end) throws StorageException {
    int length = (int) Math.min(end.count(), LOOK);
    ByteBuffer there = ByteBuffer.allocate(length);
    ByteBuffer sent = ByteBuffer.allocate(length);
    staged.get().bytes().read(there, before);
    staged.get().bytes().read(sent, end.from());
    return there.flip().equals(sent.flip());
  }

  /** What came is not written, and what is there is made durable once more: the client deletes its copy now. */
  private void acknowledge(Objection objection) throws StorageException {
    replaced = folder.hold(name);
    if (inPlace.isPresent()) {
      inPlace.get().refuseUnlessStillAt(replaced);
    } else {
      refuseIfFormerChanged(replaced);
    }
    refuseIf(objection.reason());
    if (storage.syncsBytes()) {
      folder.sync();
    }
    isAcknowledged = true;
  }

  private void leaveAsItIs(Objection objection) throws StorageException {
    refuseIf(objection.reason());
    if (former.isPresent() && (modified.isPresent() || accessed.isPresent())) {
      replaced = folder.hold(name);
      refuseIfFormerChanged(replaced);
      folder.setTimes(name, modified, accessed);
    }
  }

  private static void refuseIf(Optional<String> objection) throws StorageException {
    if (objection.isPresent()) {
      throw new StorageException.Objected(objection.get());
    }
  }

  /** What others published under this name since is not undone by an upload that does not know it. */
  private void refuseIfFormerChanged(Optional<Folder.Held> now) throws StorageException {
    if (former.isPresent() && (now.isEmpty() || !now.get().version().equals(former.get().version()))) {
      throw InPlace.changedMeanwhile();
    }
  }

  /** What both ways of publishing have in common; {@link #publish} waits for them meanwhile. */
  private abstract class Publishing implements Publication {
    private final Staged file;
    private final Upload as;
    private final Optional<String> hash;
    private final Objection objection;
    private Published result;

    Publishing(Upload as, Optional<String> hash, Objection objection) {
      this.file = staged.get();
      this.as = as;
      this.hash = hash;
      this.objection = objection;
    }

    final void refuseIfUnwanted() throws StorageException {
      refuseIf(objection.reason());
    }

    final Published result() {
      return result;
    }

    final void published(Published outcome) {
      result = outcome;
      isPublished = !outcome.wasThere();
      isAcknowledged = true;
      allowance.published(size, outcome);
    }

    @Override
    public final Arrival arrival() {
      long to = Math.min(writtenTo, size);
      long from = Math.min(writtenFrom, to);
      boolean isEnd = former.isPresent() && from == former.get().facts().size();
      return new Arrival(as.sender(), as.target().toString(), as.realPath(), isEnd ? Arrival.Kind.APPEND : as.kind(),
          from, to - from, size, hash, staging.staged(file.name()));
    }

    @Override
    public final void startSync() {
      if (storage.syncsBytes()) {
        file.bytes().startSync();
      }
    }

    @Override
    public final void syncBytes() throws StorageException {
      if (storage.syncsBytes()) {
        file.bytes().sync();
      }
      objection.expect();
    }
  }

  /** Lets stay what was written in place. */
  private final class Stay extends Publishing {
    private final InPlace change;

    Stay(InPlace change, Optional<String> hash, Objection objection) {
      super(upload, hash, objection);
      this.change = change;
    }

    @Override
    public void putInPlace() throws StorageException {
      replaced = folder.hold(name);
      change.refuseUnlessStillAt(replaced);
      refuseIfUnwanted();
      change.commit();
      published(Published.as(name, Published.Amount.of(former.get().facts())));
    }

    /** What counts is that the undo record is gone. */
    @Override
    public Folder folder() {
      return staging.run();
    }
  }

  /** Puts the staged file in the place of the one that is there. */
  private final class Replacement extends Publishing {
    private final OpenedFile bytes = staged.get().bytes();
    private final String stagedName = staged.get().name();
    private final String publishedName;
    private final boolean isNew;
    private final OverwritePolicy policy;
    private final Optional<Placement.Comparison> compared;

    Replacement(Upload as, Optional<String> hash, OverwritePolicy policy, Optional<Placement.Comparison> compared,
        Objection objection) {
      super(as, hash, objection);
      this.publishedName = as.target().name();
      this.isNew = as.isNew();
      this.policy = policy;
      this.compared = compared;
    }

    @Override
    public void putInPlace() throws StorageException {
      // What comes between this look and the rename is replaced as a name, never followed.
      replaced = folder.hold(publishedName);
      Optional<FileFacts> there = Optional.empty();
      if (replaced.isPresent()) {
        there = Optional.of(replaced.get().facts());
        there.get().requireFile();
      }
      refuseIfFormerChanged(replaced);
      refuseIfUnwanted();
      bytes.close();
      Published outcome;
      try {
        outcome = put(there);
      } catch (StorageException.NotFound e) {
        throw new StorageException.NotFound("the folder was removed meanwhile");
      }
      published(outcome);
      if (outcome.wasThere() && (modified.isPresent() || accessed.isPresent())) {
        folder.setTimes(publishedName, modified, accessed);
      }
    }

    private Published put(Optional<FileFacts> there) throws StorageException {
      if (isNew) {
        staging.putInPlace(stagedName, folder, publishedName, false);
        return Published.as(publishedName, Published.Amount.NONE);
      }
      return storage.placement().put(staging.run(), stagedName, folder, publishedName, policy, there, compared);
    }

    @Override
    public Folder folder() {
      return folder;
    }
  }

  /**
   * Ends an upload that was cut: what came of it is kept for its account to go on with. That is nothing for appends and
   * writes into a file, which are undone, after a failure, and where cut uploads are not kept. When this returns the
   * bytes survive a loss of power.
   *
   * @param peer who sent it, for people
   * @return what is kept, if anything is
   */
  public synchronized Optional<Kept> keep(String peer) throws StorageException {
    // Of a single byte nothing would be shown.
    if (closed || failure.isPresent() || !isWholeUpload || unbroken < 2 || !partial.isKept()
        || staging.keeps(staged.get().name())) {
      close();
      return Optional.empty();
    }
    try {
      Instant now = Instant.now();
      OpenedFile bytes = staged.get().bytes();
      bytes.truncate(unbroken);
      bytes.setTimes(Optional.of(now), Optional.empty());
      bytes.sync();
      Instant until = partial.keep(staged.get().name(), peer, now);
      kept = true;
      storage.remember(staging);
      return Optional.of(new Kept(unbroken, until));
    } finally {
      close();
    }
  }

  /** It stands for a path that has a file now. */
  private void forgetPartial() {
    try {
      partial.remove();
    } catch (StorageException expected) {
      // Where the file is there it is addressed no more, and its time will be over.
    }
  }

  private void closeFormer() {
    former.ifPresent(file -> file.bytes().close());
  }

  private void closeInPlace() {
    if (inPlace.isPresent()) {
      if (isPublished) {
        staged = Optional.empty();
        staging.discard(inPlace.get().name() + InPlace.LINK);
        inPlace.get().close();
        storage.endInPlace(staging, former.get().version().file());
      } else {
        undoInPlace();
      }
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    closeFormer();
    closeInPlace();
    original.ifPresent(OpenedFile::close);
    staged.ifPresent(file -> {
      file.bytes().close();
      if (!isPublished && !kept) {
        staging.discard(file.name());
      }
    });
    if (isAcknowledged && partial.isKept()) {
      forgetPartial();
    }
    replaced.ifPresent(Folder.Held::close);
    allowance.close();
    folder.close();
    storage.release(staging);
  }
}
