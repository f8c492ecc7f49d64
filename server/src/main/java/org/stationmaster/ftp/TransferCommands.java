package org.stationmaster.ftp;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.stationmaster.config.FtpDialect.Rule;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.FileSession;
import org.stationmaster.session.FileSession.Sight;
import org.stationmaster.session.OpenFile;
import org.stationmaster.session.OpenRequest;
import org.stationmaster.storage.FileFacts;
import org.stationmaster.storage.Listing;
import org.stationmaster.storage.StorageException;
import org.stationmaster.storage.VirtualPath;

/** What needs a data connection (RFC 959 section 4.1.3, RFC 3659 section 7). */
final class TransferCommands {
  private static final int TRIES_FOR_A_NEW_NAME = 8;

  private TransferCommands() {
  }

  static void stor(FtpSession session, String argument) throws IOException {
    long offset = session.parameters().takeRestart();
    if (isReady(session, "STOR") && canBegin(session, offset)) {
      OpenFile file = openForUpload(session, PathCommands.filePath(session, argument), OpenRequest.store(offset));
      startUpload(session, file, offset, offset, "Send " + file.path() + ".");
    }
  }

  private static OpenFile openForUpload(FtpSession session, String path, OpenRequest request) throws IOException {
    return session.files().open(path, request.withParents(session.files().ftpDialect().allows(Rule.MAKE_FOLDERS)));
  }

  /** Whether line ends are another way on disk than on the wire. */
  private static boolean convertsText(FtpSession session) {
    return session.parameters().isText() && !session.files().ftpDialect().allows(Rule.ASCII_AS_IS);
  }

  /** An offset counts bytes on the wire; where those are not the bytes on disk, only the begin is known. */
  private static boolean canBegin(FtpSession session, long offset) throws IOException {
    if (offset > 0 && convertsText(session)) {
      session.reply(554, "REST is for TYPE I.");
      return false;
    }
    return true;
  }

  /** With {@code former} bytes that stay in front of what comes. */
  private static void startUpload(FtpSession session, OpenFile file, long offset, long former, String announcement)
      throws IOException {
    long announced = session.parameters().takeAnnounced();
    try {
      if (announced > 0) {
        file.announce(former + announced);
      }
    } catch (StorageException e) {
      file.abandon(e.getMessage());
      throw e;
    }
    session.start(new Payload.Upload(file, offset, convertsText(session)), announcement);
  }

  static void appe(FtpSession session, String argument) throws IOException {
    session.parameters().takeRestart();
    if (isReady(session, "APPE")) {
      OpenFile file = openForUpload(session, PathCommands.filePath(session, argument), OpenRequest.storeAtEnd());
      startUpload(session, file, 0, sizeOf(file), "Send what to append to " + file.path() + ".");
    }
  }

  static void stou(FtpSession session, String argument) throws IOException {
    session.parameters().takeRestart();
    if (isReady(session, "STOU")) {
      OpenFile file = openNew(session, argument.isBlank() ? "upload" : PathCommands.filePath(session, argument));
      // RFC 1123 section 4.1.2.9 wants exactly this.
      startUpload(session, file, 0, 0, "FILE: " + file.path());
    }
  }

  private static OpenFile openNew(FtpSession session, String path) throws IOException {
    for (int tries = 1;; tries++) {
      String name = path + String.format(".%08x", ThreadLocalRandom.current().nextInt());
      try {
        return openForUpload(session, name, OpenRequest.storeNew());
      } catch (StorageException.AlreadyExists e) {
        if (tries == TRIES_FOR_A_NEW_NAME) {
          throw e;
        }
      }
    }
  }

  static void retr(FtpSession session, String argument) throws IOException {
    long offset = session.parameters().takeRestart();
    if (!isReady(session, "RETR") || !canBegin(session, offset)) {
      return;
    }
    OpenFile file = session.files().open(PathCommands.filePath(session, argument), OpenRequest.retrieve(offset));
    long size = sizeOf(file);
    if (offset > size) {
      file.abandon("offset " + offset + " lies behind the end");
      session.reply(554, "The file has only " + size + " bytes.");
      return;
    }
    session.start(new Payload.Download(file, offset, convertsText(session)), "Sending " + (size - offset) + " bytes.");
  }

  private static long sizeOf(OpenFile file) throws StorageException {
    try {
      return file.facts().size();
    } catch (StorageException e) {
      file.abandon(e.getMessage());
      throw e;
    }
  }

  static void list(FtpSession session, String argument) throws IOException {
    if (isReady(session, "LIST")) {
      Optional<View> seen = lookOrReply(session, argument);
      if (seen.isPresent()) {
        View view = seen.get();
        startListing(session, view.listing(), unixLines(view.listing(), view.name()));
      }
    }
  }

  /** RFC 959 section 4.2 has 450 where there is nothing to list. */
  private static Optional<View> lookOrReply(FtpSession session, String argument) throws IOException {
    try {
      return Optional.of(look(session, FolderListing.withoutOptions(argument)));
    } catch (StorageException.NotFound e) {
      session.reply(450, Reply.to(e, Reply.Moment.COMMAND).text());
      return Optional.empty();
    }
  }

  /** STAT with a path sends over the command connection what LIST sends (RFC 959 section 4.1.3). */
  static void statPath(FtpSession session, String argument) throws IOException {
    Optional<View> seen = lookOrReply(session, argument);
    if (seen.isEmpty()) {
      return;
    }
    View view = seen.get();
    List<String> all = new ArrayList<>();
    try (Listing listing = view.listing()) {
      Payload.Lines.Source lines = unixLines(listing, view.name());
      for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
        all.add(line.get());
      }
    }
    if (all.isEmpty() && !view.isFolder()) {
      session.reply(450, "No such file or folder.");
    } else {
      session.reply(view.isFolder() ? 212 : 213, "Listing", all, "End.");
    }
  }

  private static Payload.Lines.Source unixLines(Listing listing, UnaryOperator<String> name) {
    Instant now = Instant.now();
    return () -> listing.next().map(file -> FolderListing.line(file, name.apply(file.name()), now));
  }

  static void nlst(FtpSession session, String argument) throws IOException {
    if (isReady(session, "NLST")) {
      Optional<View> seen = lookOrReply(session, argument);
      if (seen.isEmpty()) {
        return;
      }
      View view = seen.get();
      Iterator<String> names = view.listing().names().iterator();
      // Names that can be used as they are in later commands (RFC 1123 section 4.1.3.3).
      startListing(session, view.listing(), () -> names.hasNext()
          ? Optional.of(Reply.line(view.prefix() + view.name().apply(names.next()))) : Optional.empty());
    }
  }

  /**
   * What a listing shows.
   *
   * @param isFolder whether it is what a folder holds
   * @param listing the files; closed by whoever reads it
   * @param prefix the folder as the client said it, with a slash
   * @param name what to call a file
   */
  private record View(boolean isFolder, Listing listing, String prefix, UnaryOperator<String> name) {
  }

  /**
   * A folder, a file, a pattern in the last name; nothing at all is an empty listing, unless the account's dialect says
   * otherwise.
   *
   * @throws StorageException.NotFound then
   */
  private static View look(FtpSession session, String argument) throws IOException {
    String path = PathCommands.path(session, argument);
    boolean mayMiss = session.files().ftpDialect().allows(Rule.LIST_MISSING);
    if (FolderListing.isPattern(path)) {
      int slash = path.lastIndexOf('/');
      String folder = path.substring(0, slash + 1);
      String pattern = path.substring(slash + 1);
      Sight sight = session.files().look(folder.isEmpty() ? "." : folder,
          name -> FolderListing.matches(name, pattern), mayMiss);
      return new View(sight.isFolder(), sight.isFolder() ? sight.entries() : Listing.of(List.of()), folder,
          UnaryOperator.identity());
    }
    Sight sight = session.files().look(path.isEmpty() ? "." : path, _ -> true, mayMiss);
    if (sight.isFolder()) {
      String prefix = path.isEmpty() || path.equals(".") ? "" : path.endsWith("/") ? path : path + "/";
      return new View(true, sight.entries(), prefix, UnaryOperator.identity());
    }
    // A file is called what the client called it.
    return new View(false, sight.entries(), "", _ -> path);
  }

  static void mlsd(FtpSession session, String argument) throws IOException {
    if (isReady(session, "MLSD")) {
      String path = argument.isBlank() ? "." : PathCommands.path(session, argument);
      FileSession files = session.files();
      Listing listing;
      try {
        listing = files.list(path);
      } catch (StorageException.WrongKind e) {
        // RFC 3659 section 7.2.1.
        session.reply(501, "It is not a folder; MLST is for files.");
        return;
      }
      VirtualPath folder = files.resolve(path);
      Set<MachineFact> facts = session.parameters().facts();
      startListing(session, listing, () -> listing.next().map(file -> MachineFact.line(file, file.name(),
          () -> files.rights(folder.with(file.name())), facts)));
    }
  }

  static void mlst(FtpSession session, String argument) throws IOException {
    String path = argument.isBlank() ? "." : PathCommands.path(session, argument);
    FileFacts facts = session.files().attributes(path);
    VirtualPath absolute = session.files().resolve(path);
    session.reply(250, "Facts of " + absolute, List.of(MachineFact.line(facts, absolute.toString(),
        () -> session.files().rights(absolute), session.parameters().facts())), "End.");
  }

  private static void startListing(FtpSession session, Listing listing, Payload.Lines.Source lines)
      throws IOException {
    session.start(new Payload.Lines(listing, lines), "Here comes the listing.");
  }

  private static boolean isReady(FtpSession session, String verb) throws IOException {
    if (session.needsEncryptedData() && !session.parameters().isDataProtected()) {
      session.emit(EventCatalogue.FTP_DATA_TLS_REQUIRED, Map.of("command", verb, "listener",
          session.environment().listener().name()));
      session.reply(521, "PROT P is required here.");
      return false;
    }
    if (!session.parameters().askForRoute()) {
      session.reply(425, "PASV, EPSV, PORT or EPRT first.");
      return false;
    }
    return true;
  }

  static void abor(FtpSession session, String argument) throws IOException {
    Optional<Work> running = session.running();
    if (running.isPresent()) {
      session.abort(running.get());
    } else {
      session.parameters().closeRoute();
      session.reply(226, "No transfer to abort.");
    }
  }
}
