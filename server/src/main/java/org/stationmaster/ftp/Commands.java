package org.stationmaster.ftp;

import static org.stationmaster.ftp.Command.DuringTransfer.LATER;
import static org.stationmaster.ftp.Command.DuringTransfer.NEVER;
import static org.stationmaster.ftp.Command.DuringTransfer.NOW;
import static org.stationmaster.ftp.Command.Group.ACCESS;
import static org.stationmaster.ftp.Command.Group.CHECKSUMS;
import static org.stationmaster.ftp.Command.Group.INFORMATION;
import static org.stationmaster.ftp.Command.Group.PARAMETERS;
import static org.stationmaster.ftp.Command.Group.PATHS;
import static org.stationmaster.ftp.Command.Group.TLS;
import static org.stationmaster.ftp.Command.Group.TRANSFERS;
import static org.stationmaster.ftp.Command.Group.UPLOADS;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.stationmaster.ftp.Command.DuringTransfer;
import org.stationmaster.ftp.Command.Group;
import org.stationmaster.ftp.Command.Handler;

/** The commands that are understood; FEAT and HELP come from here. */
final class Commands {
  private static final boolean LOGIN = true;
  private static final boolean ANYONE = false;
  private static final String RANGE = "<file | \"file\" first end>";

  private static final Map<String, Command> TABLE = table(
      // RFC 959 section 4.1.1, RFC 4217
      row("USER", "<name>", "says which account logs in; begins a login anew", ACCESS, ANYONE, LATER,
          AccessCommands::user),
      row("PASS", "[password]", "says its password", ACCESS, ANYONE, LATER, AccessCommands::pass),
      row("ACCT", "[account]", "is taken and means nothing", ACCESS, ANYONE, LATER, AccessCommands::acct),
      row("REIN", "", "logs out; the connection stays, and its TLS", ACCESS, ANYONE, LATER, AccessCommands::rein),
      row("QUIT", "", "ends the session, after a transfer that is running", ACCESS, ANYONE, NOW, AccessCommands::quit),
      row("HOST", "<name>",
          "names the server that is meant, before USER (RFC 7151); every name leads to the same accounts", ACCESS,
          ANYONE, LATER, AccessCommands::host, "HOST"),
      row("AUTH", "<TLS | TLS-C | SSL | TLS-P>", "begins TLS (RFC 4217); SSL and TLS-P encrypt data as well", TLS,
          ANYONE, NEVER, TlsCommands::auth, "AUTH TLS", "AUTH SSL"),
      row("PBSZ", "<0>", "is taken before or after PROT and means nothing", TLS, ANYONE, LATER, TlsCommands::pbsz,
          "PBSZ"),
      row("PROT", "<C | P>", "says whether data connections are in clear text or inside TLS", TLS, ANYONE, LATER,
          TlsCommands::prot, "PROT"),
      row("CCC", "", "ends TLS on the command connection after login, if tls.allow-ccc lets it", TLS, ANYONE, NEVER,
          TlsCommands::ccc),

      row("PWD", "", "shows the current folder", PATHS, LOGIN, LATER, PathCommands::pwd),
      row("XPWD", "", "is PWD", PATHS, LOGIN, LATER, PathCommands::pwd),
      row("CWD", "[folder]", "changes the current folder; without a folder, to the home", PATHS, LOGIN, LATER,
          PathCommands::cwd),
      row("XCWD", "[folder]", "is CWD", PATHS, LOGIN, LATER, PathCommands::cwd),
      row("CDUP", "", "changes to the folder above; above the home is the home", PATHS, LOGIN, LATER,
          PathCommands::cdup),
      row("XCUP", "", "is CDUP", PATHS, LOGIN, LATER, PathCommands::cdup),
      row("MKD", "<folder>", "makes a folder, and those above it", PATHS, LOGIN, LATER, PathCommands::mkd),
      row("XMKD", "<folder>", "is MKD", PATHS, LOGIN, LATER, PathCommands::mkd),
      row("RMD", "<folder>", "removes an empty folder", PATHS, LOGIN, LATER, PathCommands::rmd),
      row("XRMD", "<folder>", "is RMD", PATHS, LOGIN, LATER, PathCommands::rmd),
      row("DELE", "<file>", "removes a file, or what came of an upload that was cut", PATHS, LOGIN, LATER,
          PathCommands::dele),
      row("RNFR", "<path>", "names the file or folder that RNTO renames", PATHS, LOGIN, LATER, PathCommands::rnfr),
      row("RNTO", "<path>", "renames what RNFR named; a file of that name is replaced", PATHS, LOGIN, LATER,
          PathCommands::rnto),
      row("SIZE", "<file>", "shows the bytes of a file, and how far an upload came that was cut", PATHS, LOGIN, LATER,
          PathCommands::size, "SIZE"),
      row("MDTM", "<path>",
          "shows when a file was last modified, in UTC; with YYYYMMDDhhmmss in front of the path, sets it", PATHS,
          LOGIN, LATER, PathCommands::mdtm, "MDTM"),
      row("MFMT", "<YYYYMMDDhhmmss> <path>", "sets the time of modification, in UTC", PATHS, LOGIN, LATER,
          PathCommands::mfmt, "MFMT"),
      row("MFF", "<Modify=YYYYMMDDhhmmss;> <path>", "sets facts; Modify is the only one that can be set", PATHS,
          LOGIN, LATER, PathCommands::mff, "MFF Modify;"),
      row("MFCT", "<YYYYMMDDhhmmss> <path>", "is refused: the time of creation cannot be set", PATHS, LOGIN, LATER,
          PathCommands::mfct),
      row("AVBL", "[folder]",
          "shows how many more bytes can be stored: free space above the floor, or what the quota leaves", PATHS,
          LOGIN, LATER, PathCommands::avbl, "AVBL"),
      row("SMNT", "[path]", "is refused: there is nothing to mount", PATHS, LOGIN, LATER, PathCommands::smnt),

      row("TYPE", "<A | I | L 8>", "chooses the representation; ASCII is stored byte for byte, too", PARAMETERS,
          LOGIN, LATER, ParameterCommands::type),
      row("STRU", "<F>", "chooses the structure, of which there is one", PARAMETERS, LOGIN, LATER,
          ParameterCommands::stru),
      row("MODE", "<S>", "chooses the transfer mode, of which there is one", PARAMETERS, LOGIN, LATER,
          ParameterCommands::mode),
      row("PASV", "", "opens a port for the next data connection, for IPv4", PARAMETERS, LOGIN, LATER,
          ParameterCommands::pasv, "PASV"),
      row("EPSV", "[1 | 2 | ALL]",
          "opens a port for the next data connection; after ALL nothing else is taken (RFC 2428)", PARAMETERS, LOGIN,
          LATER, ParameterCommands::epsv, "EPSV"),
      row("PORT", "<h1,h2,h3,h4,p1,p2>",
          "names the port on which the client waits for the next data connection, for IPv4", PARAMETERS, LOGIN, LATER,
          ParameterCommands::port),
      row("EPRT", "<|protocol|address|port|>",
          "names the port on which the client waits for the next data connection", PARAMETERS, LOGIN, LATER,
          ParameterCommands::eprt, "EPRT"),
      row("REST", "<offset>", "has the next RETR or STOR begin there", PARAMETERS, LOGIN, LATER,
          ParameterCommands::rest, "REST STREAM"),
      row("ALLO", "[bytes]", "announces the size of the next upload, which is refused at once if it cannot fit",
          PARAMETERS, LOGIN, LATER, ParameterCommands::allo),

      row("STOR", "<file>", "stores a file, in the place of the one that is there", UPLOADS, LOGIN, LATER,
          TransferCommands::stor),
      row("STOU", "[file]", "stores a file under a name that is new", UPLOADS, LOGIN, LATER, TransferCommands::stou),
      row("APPE", "<file>", "appends to a file, or goes on with an upload that was cut", UPLOADS, LOGIN, LATER,
          TransferCommands::appe),
      row("RETR", "<file>", "sends a file", TRANSFERS, LOGIN, LATER, TransferCommands::retr),
      row("LIST", "[path]", "sends a listing as of ls -l; * and ? in the last name are a pattern", TRANSFERS, LOGIN,
          LATER, TransferCommands::list),
      row("NLST", "[path]", "sends names; * and ? in the last name are a pattern", TRANSFERS, LOGIN, LATER,
          TransferCommands::nlst),
      row("MLSD", "[folder]", "sends what a folder holds, for programs (RFC 3659)", TRANSFERS, LOGIN, LATER,
          TransferCommands::mlsd),
      row("MLST", "[path]", "shows facts of a file or folder, for programs (RFC 3659)", TRANSFERS, LOGIN, LATER,
          session -> List.of(MachineFact.feature(session.parameters().facts())), TransferCommands::mlst),
      row("ABOR", "", "ends the transfer or checksum that is running; nothing of it is published", TRANSFERS, ANYONE,
          NOW, TransferCommands::abor),

      row("HASH", "<file>", "computes a checksum of a file, as chosen by OPTS HASH", CHECKSUMS, LOGIN, LATER,
          session -> List.of(Checksum.feature(session.parameters().checksum())), ChecksumCommands::hash),
      row("XCRC", RANGE, "computes the CRC-32 of a file or of a part of it", CHECKSUMS, LOGIN, LATER,
          ChecksumCommands.of(Checksum.CRC_32), "XCRC"),
      row("XMD5", RANGE, "computes the MD5 of a file or of a part of it", CHECKSUMS, LOGIN, LATER,
          ChecksumCommands.of(Checksum.MD5), "XMD5"),
      row("XSHA", RANGE, "computes the SHA-1 of a file or of a part of it", CHECKSUMS, LOGIN, LATER,
          ChecksumCommands.of(Checksum.SHA_1), "XSHA"),
      row("XSHA1", RANGE, "computes the SHA-1 of a file or of a part of it", CHECKSUMS, LOGIN, LATER,
          ChecksumCommands.of(Checksum.SHA_1), "XSHA1"),
      row("XSHA256", RANGE, "computes the SHA-256 of a file or of a part of it", CHECKSUMS, LOGIN, LATER,
          ChecksumCommands.of(Checksum.SHA_256), "XSHA256"),
      row("XSHA512", RANGE, "computes the SHA-512 of a file or of a part of it", CHECKSUMS, LOGIN, LATER,
          ChecksumCommands.of(Checksum.SHA_512), "XSHA512"),

      row("SYST", "", "says UNIX, which clients know how to read", INFORMATION, ANYONE, LATER,
          InformationCommands::syst),
      row("STAT", "[path]", "shows how far a transfer is, or the session's state, or what LIST would send",
          INFORMATION, ANYONE, NOW, InformationCommands::stat),
      row("HELP", "[command]", "shows the commands, or what one does", INFORMATION, ANYONE, NOW,
          InformationCommands::help),
      row("NOOP", "", "does nothing and keeps the session from being idle", INFORMATION, ANYONE, NOW,
          InformationCommands::noop),
      row("FEAT", "", "shows what is understood beyond RFC 959", INFORMATION, ANYONE, NOW, InformationCommands::feat),
      row("OPTS", "<UTF8 ON | MLST facts | HASH algorithm>",
          "chooses the facts of MLST and MLSD, the algorithm of HASH; UTF8 is always on", INFORMATION, ANYONE, LATER,
          InformationCommands::opts, "UTF8", "TVFS"),
      row("LANG", "[EN]", "chooses the language of replies, which are in English", INFORMATION, ANYONE, LATER,
          InformationCommands::lang, "LANG EN*"),
      row("CLNT", "[name]", "names the client; is taken and means nothing", INFORMATION, ANYONE, LATER,
          InformationCommands::clnt, "CLNT"),
      row("SITE", "<CHMOD | UTIME | IDLE | PSWD | HELP> [...]",
          "does what is particular to a server; SITE HELP shows the list", INFORMATION, LOGIN, LATER,
          SiteCommands::site));

  private Commands() {
  }

  private static Command row(String verb, String parameters, String purpose, Group group, boolean needsLogin,
      DuringTransfer during, Handler handler, String... features) {
    List<String> lines = List.of(features);
    return row(verb, parameters, purpose, group, needsLogin, during, _ -> lines, handler);
  }

  private static Command row(String verb, String parameters, String purpose, Group group, boolean needsLogin,
      DuringTransfer during, Function<FtpSession, List<String>> features, Handler handler) {
    return new Command(verb, parameters, purpose, group, needsLogin, during, features, handler);
  }

  private static Map<String, Command> table(Command... rows) {
    Map<String, Command> table = new LinkedHashMap<>();
    for (Command row : rows) {
      table.put(row.verb(), row);
    }
    return Collections.unmodifiableMap(table);
  }

  /** The command of that name, in capitals. */
  static Optional<Command> find(String verb) {
    return Optional.ofNullable(TABLE.get(verb));
  }

  /** All, in the order of the table. */
  static Collection<Command> all() {
    return TABLE.values();
  }
}
