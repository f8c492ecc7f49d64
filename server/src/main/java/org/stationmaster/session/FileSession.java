package org.stationmaster.session;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.stationmaster.account.Account;
import org.stationmaster.account.AccountOption;
import org.stationmaster.account.Permission;
import org.stationmaster.config.DrivePrefix;
import org.stationmaster.config.FtpDialect;
import org.stationmaster.config.FtpTlsSettings;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.session.Protocol.FileEvents;
import org.stationmaster.session.Protocol.Step;
import org.stationmaster.storage.Arrival;
import org.stationmaster.storage.Capacity;
import org.stationmaster.storage.FileFacts;
import org.stationmaster.storage.Home;
import org.stationmaster.storage.Listing;
import org.stationmaster.storage.Published;
import org.stationmaster.storage.ReadableFile;
import org.stationmaster.storage.StagedFile;
import org.stationmaster.storage.StorageException;
import org.stationmaster.storage.VirtualPath;

/**
 * What a logged-in account does with files. Every operation resolves the path that the client said against the current
 * folder, checks the permission, does it, and says so in the event log.
 *
 * <p>Operations throw {@link PermissionDenied} and {@link StorageException}; the event is out by then. Used by one
 * thread at a time.
 */
public final class FileSession implements AutoCloseable {
  /** The names of a path that leads to no folder below. */
  private static final Set<String> ONLY_UP = Set.of("", ".", "..");

  private final Connection connection;
  private final Account account;
  private final Home home;
  private final Events events;
  private final FileEvents numbers;
  private final PublishedNames publishedNames = new PublishedNames();
  private final DrivePrefix drivePrefix;
  private final FtpDialect ftpDialect;
  private final Duration rememberMoved;
  private VirtualPath current = VirtualPath.ROOT;

  FileSession(Connection connection, Account account, Home home, Events events) {
    this.connection = connection;
    this.account = account;
    this.home = home;
    this.events = events;
    this.numbers = connection.protocol().events();
    this.drivePrefix = account.option(AccountOption.DRIVE_PREFIX).orElse(DrivePrefix.KEEP);
    this.ftpDialect = account.option(AccountOption.FTP_DIALECT).orElse(FtpDialect.LOGGER);
    this.rememberMoved = account.option(AccountOption.REMEMBER_MOVED).orElse(Duration.ZERO);
  }

  /** Where a path of the client leads; {@code USR:} in front of it is what the account's drive-prefix says. */
  public VirtualPath resolve(String path) throws StorageException.PathRefused {
    return current.resolve(drivePrefix.applyTo(path));
  }

  /** The liberties that an FTP client has. */
  public FtpDialect ftpDialect() {
    return ftpDialect;
  }

  /** Whether its data must be encrypted over FTP, whatever the listener allows. */
  public boolean needsEncryptedData() {
    return account.option(AccountOption.EXPLICIT_TLS).filter(FtpTlsSettings.Use.REQUIRED_FOR_DATA::equals).isPresent();
  }

  /** How its uploads inside TLS must end; empty leaves it to the listener. */
  public Optional<FtpTlsSettings.CloseNotify> closeNotify() {
    return account.option(AccountOption.CLOSE_NOTIFY);
  }

  /** Whose session this is. */
  public String accountName() {
    return account.name();
  }

  /** Where the home is on disk. */
  public String realRoot() {
    return home.realPath(VirtualPath.ROOT).toString();
  }

  /** Where the account stands; the home after login. */
  public VirtualPath currentFolder() {
    return current;
  }

  /** Where {@code path} leads and where that is on disk, for an event; never fails. */
  public Map<String, Object> pathData(String path) {
    try {
      return data(current.resolveWithin(drivePrefix.applyTo(path)));
    } catch (StorageException.PathRefused e) {
      return refusedPathData(path);
    }
  }

  private Map<String, Object> data(VirtualPath path) {
    Map<String, Object> data = new HashMap<>();
    data.put("path", path.toString());
    data.put("real_path", home.realPath(path).toString());
    return data;
  }

  private static Map<String, Object> refusedPathData(String path) {
    return new HashMap<>(Map.of("path", path, "real_path", ""));
  }

  /**
   * Makes {@code path} the current folder. A path that only climbs ends at the home: stations go up before each upload,
   * however deep they are.
   */
  public void changeFolder(String path) throws StorageException, PermissionDenied {
    String within = ONLY_UP.containsAll(List.of(path.split("/"))) ? current.resolveWithin(path).toString() : path;
    perform(new Step(EventCatalogue.FTP_CHANGE_FOLDER, EventCatalogue.FTP_FOLDER_CHANGED,
        EventCatalogue.FTP_CHANGE_FOLDER_FAILED), within, target -> {
      if (!home.facts(target).isFolder()) {
        throw new StorageException.WrongKind("it is not a folder");
      }
      current = target;
      return null;
    });
  }

  /**
   * What is at {@code path}; a link is described, not followed. What this connection is uploading there is seen by it
   * ahead of all others, because a mounted file system asks for the file that it has just opened. Where nothing is, it
   * is what has come of an upload that was cut, so that the client can go on with it; else, over FTP, what it uploaded
   * and something else has taken away within the account's remember-moved.
   */
  public FileFacts attributes(String path) throws StorageException, PermissionDenied {
    return perform(numbers.attributes, path, target -> {
      checkMayLook(target);
      Optional<OpenFile> upload = connection.openFiles().stream()
          .filter(file -> file.isUpload() && file.path().equals(target.toString())).findAny();
      if (upload.isPresent()) {
        return upload.get().facts();
      }
      try {
        return home.facts(whereItIs(target));
      } catch (StorageException.NotFound e) {
        Optional<FileFacts> cut = home.cutUpload(target);
        return cut.isPresent() ? cut.get() : movedAway(target).orElseThrow(() -> e);
      }
    });
  }

  /** Loggers that verify an upload ask for its size right after it, and ingest may have been faster. */
  private Optional<FileFacts> movedAway(VirtualPath path) throws StorageException {
    if (rememberMoved.isZero() || connection.protocol() == Protocol.SFTP || path.isRoot()) {
      return Optional.empty();
    }
    Optional<FileFacts> facts = home.lastUpload(publishedNames.of(path).orElse(path),
        Instant.now().minus(rememberMoved));
    facts.ifPresent(file -> {
      Map<String, Object> data = data(path);
      data.put("size", file.size());
      data.put("arrived", file.modified().truncatedTo(ChronoUnit.SECONDS).toString());
      events.emit(EventCatalogue.FTP_MOVED_FILE_ANSWERED, connection.origin(), data);
    });
    return facts;
  }

  /** What is published at {@code path}; a link is described, not followed. */
  public FileFacts publishedAttributes(String path) throws StorageException, PermissionDenied {
    return perform(numbers.attributes, path, target -> {
      checkMayLook(target);
      return home.facts(whereItIs(target));
    });
  }

  /** A file that has got another name than it was sent with is still found by that in this session. */
  private VirtualPath whereItIs(VirtualPath path) throws StorageException {
    Optional<VirtualPath> published = publishedNames.of(path);
    return published.isPresent() && factsIfThere(path).isEmpty() ? published.get() : path;
  }

  /** Asking for what is there needs the right to list or to read; the home itself may always be looked at. */
  private void checkMayLook(VirtualPath path) throws PermissionDenied {
    if (!path.isRoot() && !allows(Permission.READ, path)) {
      check(Permission.LIST, path);
    }
  }

  /**
   * What the account may do at a path.
   *
   * @param read read the file
   * @param list list the folder
   * @param write write or append to the file; create files in the folder
   * @param createFolder create folders in the folder
   * @param rename rename it
   * @param deleteFile delete the file; delete files in the folder
   * @param deleteFolder delete the folder
   */
  public record Rights(boolean read, boolean list, boolean write, boolean createFolder, boolean rename,
      boolean deleteFile, boolean deleteFolder) {
  }

  /** What the account may do at {@code path}; asking is no operation of its own, so it has no event. */
  public Rights rights(VirtualPath path) {
    return new Rights(allows(Permission.READ, path), allows(Permission.LIST, path), allows(Permission.WRITE, path),
        allows(Permission.CREATE_FOLDER, path), allows(Permission.RENAME, path), allows(Permission.DELETE_FILE, path),
        allows(Permission.DELETE_FOLDER, path));
  }

  /** How many more bytes the account can store in the folder at {@code path}. */
  public long room(String path) throws StorageException, PermissionDenied {
    return perform(numbers.attributes, path, target -> {
      check(Permission.WRITE, target);
      return home.room(target);
    });
  }

  /**
   * Opens a file for a checksum, which needs the right to read it; the listener says what came of it and closes it.
   *
   * @param algorithm its name, for the event
   */
  public ReadableFile openForChecksum(String path, String algorithm) throws StorageException, PermissionDenied {
    return perform(new Step(null, EventCatalogue.FTP_CHECKSUM, EventCatalogue.FTP_CHECKSUM_FAILED), path,
        Map.of("algorithm", algorithm), target -> {
          check(Permission.READ, target);
          return home.openForReading(whereItIs(target));
        });
  }

  /** The size of the file system on which {@code path} is. */
  public Capacity capacity(String path) throws StorageException, PermissionDenied {
    VirtualPath target = resolve(path);
    checkMayLook(target);
    return home.capacity(target);
  }

  /** What the folder at {@code path} holds, in the order of the names; close it. */
  public Listing list(String path) throws StorageException, PermissionDenied {
    return perform(numbers.list, path, target -> {
      check(Permission.LIST, target);
      return home.list(target, mayBeSeenIn(target));
    });
  }

  /** A name that the account may not even ask for is not shown. */
  private Predicate<String> mayBeSeenIn(VirtualPath folder) {
    if (account.permissions().rules().isEmpty()) {
      return _ -> true;
    }
    String above = folder.isRoot() ? "/" : folder + "/";
    return name -> account.permissions().allows(Permission.LIST, above + name)
        || account.permissions().allows(Permission.READ, above + name);
  }

  /**
   * What a client of FTP sees at {@code path}.
   *
   * @param isFolder whether {@code entries} is what the folder holds
   * @param entries else the file itself, or nothing where nothing is; close it
   */
  public record Sight(boolean isFolder, Listing entries) {
  }

  /**
   * Lists a folder, or a file, or nothing if nothing is there: loggers ask in this way whether a file exists.
   *
   * @param isWanted which names of a folder
   * @param mayMiss whether it is no error if nothing is there
   */
  public Sight look(String path, Predicate<String> isWanted, boolean mayMiss)
      throws StorageException, PermissionDenied {
    return perform(numbers.list, path, target -> {
      check(Permission.LIST, target);
      Optional<FileFacts> facts = factsIfThere(target);
      if (facts.isEmpty()) {
        facts = movedAway(target);
      }
      if (facts.isEmpty() && !mayMiss) {
        throw new StorageException.NotFound("no such file or folder");
      }
      return facts.isPresent() && facts.get().isFolder() ? new Sight(true,
          home.list(target, isWanted.and(mayBeSeenIn(target))))
          : new Sight(false, Listing.of(facts.stream().toList()));
    });
  }

  /** Sees to it that a folder is there, with those above it if {@code parents}; says whether it had to be made. */
  public boolean ensureFolder(String path, boolean parents) throws StorageException, PermissionDenied {
    if (isFolder(path)) {
      attributes(path);
      return false;
    }
    createFolder(path, parents);
    return true;
  }

  /**
   * Whether a folder is there. A target of {@code scp} means one thing if so and another if not; asking is no operation
   * of its own, so it needs no permission and has no event.
   */
  public boolean isFolder(String path) {
    try {
      return home.facts(resolve(path)).isFolder();
    } catch (StorageException expected) {
      // What is done there says what is wrong.
      return false;
    }
  }

  /** Creates a folder, and the missing ones above it if {@code parents}. */
  public void createFolder(String path, boolean parents) throws StorageException, PermissionDenied {
    perform(numbers.createFolder, path, target -> {
      check(Permission.CREATE_FOLDER, target);
      if (parents && !mayMakeFolder(target.parent())) {
        throw new PermissionDenied(Permission.CREATE_FOLDER);
      }
      home.createFolder(target, parents);
      return null;
    });
  }

  /** Removes an empty folder; never the home. */
  public void removeFolder(String path) throws StorageException, PermissionDenied {
    perform(numbers.deleteFolder, path, target -> {
      check(Permission.DELETE_FOLDER, notHome(target));
      home.removeFolder(target);
      return null;
    });
  }

  /** Removes a file, and what came of an upload that was cut. */
  public void removeFile(String path) throws StorageException, PermissionDenied {
    perform(numbers.delete, path, target -> {
      check(Permission.DELETE_FILE, notHome(target));
      home.removeFile(target);
      if (!rememberMoved.isZero()) {
        home.forgetUpload(target);
      }
      return null;
    });
  }

  /**
   * Refuses an upload of {@code size} bytes that cannot succeed.
   *
   * @throws StorageException.DiskFull if it would leave too little free space
   * @throws StorageException.TooLarge if the account may not store as much
   */
  public void checkRoom(long size) throws StorageException {
    home.checkRoom(current, size);
  }

  /** Renames a file or folder; of an existing file at {@code to} becomes what the account's overwrite policy says. */
  public void rename(String from, String to) throws StorageException, PermissionDenied {
    rename(from, to, true);
  }

  /** The same, but an existing file at {@code to} is an error unless {@code replaces}. */
  public void rename(String from, String to, boolean replaces) throws StorageException, PermissionDenied {
    perform(numbers.rename, from, Map.of("from", said(from), "to", said(to)), source -> {
      VirtualPath target = resolve(to);
      check(Permission.RENAME, notHome(source));
      check(Permission.RENAME, notHome(target));
      // What is replaced is gone, as if it had been written over.
      if (!allows(Permission.DELETE_FILE, target) && !source.equals(target) && factsIfThere(target).isPresent()) {
        check(Permission.WRITE, target);
      }
      if (!replaces && !source.equals(target) && factsIfThere(target).isPresent()) {
        throw new StorageException.AlreadyExists("a file of that name exists already");
      }
      VirtualPath where = whereItIs(source);
      if (account.permissions().differBelow(source.toString(), target.toString()) && home.facts(where).isFolder()) {
        throw new PermissionDenied("the account has stricter rules for paths below one of the two names, which the "
            + "folder would leave or enter");
      }
      report(target, home.rename(where, target));
      if (!rememberMoved.isZero() && !where.equals(target)) {
        home.renameUpload(where, target);
      }
      return null;
    });
  }

  /**
   * Sets size and times, each if present. Mode and owner of published files are the server's to decide
   * ({@code storage.file-mode}); listeners accept and drop what clients say about them.
   */
  public void setAttributes(String path, AttributeChange change) throws StorageException, PermissionDenied {
    perform(numbers.setAttributes, path, Map.of("attributes", change.toString()), target -> {
      if (change.isEmpty()) {
        checkMayLook(target);
        home.facts(whereItIs(target));
        return null;
      }
      if (change.size().isPresent()) {
        check(Permission.WRITE, target);
        home.facts(target);
        try (StagedFile staged = home.stage(target, true, false)) {
          staged.truncate(change.size().get());
          staged.setTimes(change.modified(), change.accessed());
          staged.publish();
        }
      } else {
        check(Permission.SET_ATTRIBUTES, target);
        home.setTimes(whereItIs(target), change.modified(), change.accessed());
      }
      return null;
    });
  }

  /** Opens a file; see {@link OpenFile} for what becomes of it. */
  public OpenFile open(String path, OpenRequest request) throws StorageException, PermissionDenied {
    Map<String, Object> said = Map.of("requested_path", path, "mode", request.mode().toString(), "offset",
        request.offset(), "total_read", 0L, "total_write", 0L, "read_speed", 0L, "write_speed", 0L, "duration",
        "0.000");
    return perform(numbers.transfer(request.mode()).open(), path, said, target -> {
      OpenFile file = request.write() ? openForWriting(path, target, request) : openForReading(path, target, request);
      connection.openFiles().add(file);
      return file;
    });
  }

  private OpenFile openForReading(String said, VirtualPath path, OpenRequest request)
      throws StorageException, PermissionDenied {
    check(Permission.READ, path);
    return new OpenFile(connection, events, data(path), said, request, home.openForReading(path));
  }

  private OpenFile openForWriting(String said, VirtualPath path, OpenRequest request)
      throws StorageException, PermissionDenied {
    check(Permission.WRITE, notHome(path));
    connection.claim(path);
    if (request.read()) {
      check(Permission.READ, path);
    }
    Optional<FileFacts> former = factsIfThere(path);
    if (former.isEmpty() && !request.create() && home.cutUpload(path).isEmpty()) {
      throw new StorageException.NotFound("no such file");
    }
    if (former.isPresent() && request.create() && request.exclusive()) {
      throw new StorageException.AlreadyExists("it exists already");
    }
    if (former.isPresent() && former.get().kind() == FileFacts.Kind.LINK) {
      throw new StorageException.PathRefused("it is a symbolic link");
    }
    if (former.isPresent() && !former.get().isFile()) {
      throw new StorageException.WrongKind(former.get().isFolder() ? "it is a folder" : "it is not a regular file");
    }
    boolean isAnew = request.truncate() || request.create() && request.exclusive();
    StagedFile staged = home.stage(path, new Home.Beginning(!isAnew,
        request.create() && request.parents() && mayMakeFolder(path.parent()), request.create() && request.exclusive(),
        request.append() ? Arrival.Kind.APPEND : Arrival.Kind.UPLOAD));
    try {
      if (request.offset() > 0) {
        staged.continueAt(request.offset());
      }
      return new OpenFile(connection, events, data(path), said, request, staged, outcome -> published(path, outcome));
    } catch (StorageException | RuntimeException e) {
      staged.close();
      throw e;
    }
  }

  /** What was sent as {@code path} is published; tells where it is. */
  private Map<String, Object> published(VirtualPath path, Published outcome) {
    VirtualPath where = path.parent().with(outcome.name());
    if (!where.equals(path)) {
      publishedNames.put(path, where);
    }
    report(where, outcome);
    return data(where);
  }

  /** Says what became of the file that was there. */
  private void report(VirtualPath path, Published outcome) {
    Map<String, Object> data = data(path);
    if (outcome.version().isPresent()) {
      data.put("version", outcome.version().get());
      data.put("removed", outcome.oldVersionsRemoved());
      events.emit(EventCatalogue.VERSION_KEPT, connection.origin(), data);
    } else if (outcome.wasThere()) {
      events.emit(EventCatalogue.SAME_CONTENT, connection.origin(), data);
    }
  }

  /** Whether the account may create what is missing of {@code folder} and the folders above it. */
  private boolean mayMakeFolder(VirtualPath folder) throws StorageException {
    for (VirtualPath here = folder; !here.isRoot() && factsIfThere(here).isEmpty(); here = here.parent()) {
      if (!allows(Permission.CREATE_FOLDER, here)) {
        return false;
      }
    }
    return true;
  }

  private Optional<FileFacts> factsIfThere(VirtualPath path) throws StorageException {
    try {
      return Optional.of(home.facts(path));
    } catch (StorageException.NotFound expected) {
      return Optional.empty();
    }
  }

  private String said(String path) {
    try {
      return resolve(path).toString();
    } catch (StorageException.PathRefused expected) {
      return path;
    }
  }

  private static VirtualPath notHome(VirtualPath path) throws StorageException.PathRefused {
    if (path.isRoot()) {
      throw new StorageException.PathRefused("the home folder itself cannot be changed");
    }
    return path;
  }

  private boolean allows(Permission permission, VirtualPath path) {
    return account.permissions().allows(permission, path.toString());
  }

  private void check(Permission permission, VirtualPath path) throws PermissionDenied {
    if (!allows(permission, path)) {
      throw new PermissionDenied(permission);
    }
  }

  @FunctionalInterface
  private interface Operation<T> {
    T on(VirtualPath path) throws StorageException, PermissionDenied;
  }

  private <T> T perform(Step step, String path, Operation<T> operation) throws StorageException, PermissionDenied {
    return perform(step, path, Map.of(), operation);
  }

  private <T> T perform(Step step, String path, Map<String, Object> facts, Operation<T> operation)
      throws StorageException, PermissionDenied {
    Map<String, Object> data = refusedPathData(path);
    data.putAll(facts);
    try {
      VirtualPath target = resolve(path);
      data.putAll(data(target));
      if (step.requested() != null) {
        events.emit(step.requested(), connection.origin(), data);
      }
      T result = operation.on(target);
      events.emit(step.done(), connection.origin(), data);
      return result;
    } catch (StorageException | PermissionDenied e) {
      data.put("details", e.getMessage());
      events.emit(step.failed(), connection.origin(), data);
      throw e;
    }
  }

  /** Abandons the files that are still open. */
  public void close(String reason) {
    for (OpenFile file : List.copyOf(connection.openFiles())) {
      file.abandon(reason);
    }
    home.close();
  }

  @Override
  public void close() {
    close("the connection ended");
  }

  /**
   * What a client wants changed.
   *
   * @param size the new length
   * @param modified the new time of modification
   * @param accessed the new time of access
   */
  public record AttributeChange(Optional<Long> size, Optional<Instant> modified, Optional<Instant> accessed) {
    /** Nothing that the server lets clients decide. */
    public boolean isEmpty() {
      return size.isEmpty() && modified.isEmpty() && accessed.isEmpty();
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      size.ifPresent(value -> text.append("size=").append(value).append(' '));
      modified.ifPresent(value -> text.append("modified=").append(value).append(' '));
      accessed.ifPresent(value -> text.append("accessed=").append(value).append(' '));
      return text.toString().strip();
    }
  }
}
