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
      row("USER", "<name>", ACCESS, ANYONE, LATER, AccessCommands::user),
      row("PASS", "[password]", ACCESS, ANYONE, LATER, AccessCommands::pass),
      row("ACCT", "[account]", ACCESS, ANYONE, LATER, AccessCommands::acct),
      row("REIN", "", ACCESS, ANYONE, LATER, AccessCommands::rein),
      row("QUIT", "", ACCESS, ANYONE, NOW, AccessCommands::quit),
      row("HOST", "<name>", ACCESS, ANYONE, LATER, AccessCommands::host, "HOST"),
      row("AUTH", "<TLS | TLS-C | SSL | TLS-P>", TLS, ANYONE, NEVER, TlsCommands::auth, "AUTH TLS", "AUTH SSL"),
      row("PBSZ", "<0>", TLS, ANYONE, LATER, TlsCommands::pbsz, "PBSZ"),
      row("PROT", "<C | P>", TLS, ANYONE, LATER, TlsCommands::prot, "PROT"),
      row("CCC", "", TLS, ANYONE, NEVER, TlsCommands::ccc),

      row("PWD", "", PATHS, LOGIN, LATER, PathCommands::pwd),
      row("XPWD", "", PATHS, LOGIN, LATER, PathCommands::pwd),
      row("CWD", "[folder]", PATHS, LOGIN, LATER, PathCommands::cwd),
      row("XCWD", "[folder]", PATHS, LOGIN, LATER, PathCommands::cwd),
      row("CDUP", "", PATHS, LOGIN, LATER, PathCommands::cdup),
      row("XCUP", "", PATHS, LOGIN, LATER, PathCommands::cdup),
      row("MKD", "<folder>", PATHS, LOGIN, LATER, PathCommands::mkd),
      row("XMKD", "<folder>", PATHS, LOGIN, LATER, PathCommands::mkd),
      row("RMD", "<folder>", PATHS, LOGIN, LATER, PathCommands::rmd),
      row("XRMD", "<folder>", PATHS, LOGIN, LATER, PathCommands::rmd),
      row("DELE", "<file>", PATHS, LOGIN, LATER, PathCommands::dele),
      row("RNFR", "<path>", PATHS, LOGIN, LATER, PathCommands::rnfr),
      row("RNTO", "<path>", PATHS, LOGIN, LATER, PathCommands::rnto),
      row("SIZE", "<file>", PATHS, LOGIN, LATER, PathCommands::size, "SIZE"),
      row("MDTM", "<path>", PATHS, LOGIN, LATER, PathCommands::mdtm, "MDTM"),
      row("MFMT", "<YYYYMMDDhhmmss> <path>", PATHS, LOGIN, LATER, PathCommands::mfmt, "MFMT"),
      row("MFF", "<Modify=YYYYMMDDhhmmss;> <path>", PATHS, LOGIN, LATER, PathCommands::mff, "MFF Modify;"),
      row("MFCT", "<YYYYMMDDhhmmss> <path>", PATHS, LOGIN, LATER, PathCommands::mfct),
      row("AVBL", "[folder]", PATHS, LOGIN, LATER, PathCommands::avbl, "AVBL"),
      row("SMNT", "[path]", PATHS, LOGIN, LATER, PathCommands::smnt),

      row("TYPE", "<A | I | L 8>", PARAMETERS, LOGIN, LATER, ParameterCommands::type),
      row("STRU", "<F>", PARAMETERS, LOGIN, LATER, ParameterCommands::stru),
      row("MODE", "<S>", PARAMETERS, LOGIN, LATER, ParameterCommands::mode),
      row("PASV", "", PARAMETERS, LOGIN, LATER, ParameterCommands::pasv, "PASV"),
      row("EPSV", "[1 | 2 | ALL]", PARAMETERS, LOGIN, LATER, ParameterCommands::epsv, "EPSV"),
      row("PORT", "<h1,h2,h3,h4,p1,p2>", PARAMETERS, LOGIN, LATER, ParameterCommands::port),
      row("EPRT", "<|protocol|address|port|>", PARAMETERS, LOGIN, LATER, ParameterCommands::eprt, "EPRT"),
      row("REST", "<offset>", PARAMETERS, LOGIN, LATER, ParameterCommands::rest, "REST STREAM"),
      row("ALLO", "[bytes]", PARAMETERS, LOGIN, LATER, ParameterCommands::allo),

      row("STOR", "<file>", UPLOADS, LOGIN, LATER, TransferCommands::stor),
      row("STOU", "[file]", UPLOADS, LOGIN, LATER, TransferCommands::stou),
      row("APPE", "<file>", UPLOADS, LOGIN, LATER, TransferCommands::appe),
      row("RETR", "<file>", TRANSFERS, LOGIN, LATER, TransferCommands::retr),
      row("LIST", "[path]", TRANSFERS, LOGIN, LATER, TransferCommands::list),
      row("NLST", "[path]", TRANSFERS, LOGIN, LATER, TransferCommands::nlst),
      row("MLSD", "[folder]", TRANSFERS, LOGIN, LATER, TransferCommands::mlsd),
      row("MLST", "[path]", TRANSFERS, LOGIN, LATER, session -> List.of(MachineFact.feature(session
          .parameters().facts())), TransferCommands::mlst),
      row("ABOR", "", TRANSFERS, ANYONE, NOW, TransferCommands::abor),

      row("HASH", "<file>", CHECKSUMS, LOGIN, LATER, session -> List.of(Checksum.feature(session.parameters()
          .checksum())), ChecksumCommands::hash),
      row("XCRC", RANGE, CHECKSUMS, LOGIN, LATER, ChecksumCommands.of(Checksum.CRC_32), "XCRC"),
      row("XMD5", RANGE, CHECKSUMS, LOGIN, LATER, ChecksumCommands.of(Checksum.MD5), "XMD5"),
      row("XSHA", RANGE, CHECKSUMS, LOGIN, LATER, ChecksumCommands.of(Checksum.SHA_1), "XSHA"),
      row("XSHA1", RANGE, CHECKSUMS, LOGIN, LATER, ChecksumCommands.of(Checksum.SHA_1), "XSHA1"),
      row("XSHA256", RANGE, CHECKSUMS, LOGIN, LATER, ChecksumCommands.of(Checksum.SHA_256), "XSHA256"),
      row("XSHA512", RANGE, CHECKSUMS, LOGIN, LATER, ChecksumCommands.of(Checksum.SHA_512), "XSHA512"),

      row("SYST", "", INFORMATION, ANYONE, LATER, InformationCommands::syst),
      row("STAT", "[path]", INFORMATION, ANYONE, NOW, InformationCommands::stat),
      row("HELP", "[command]", INFORMATION, ANYONE, NOW, InformationCommands::help),
      row("NOOP", "", INFORMATION, ANYONE, NOW, InformationCommands::noop),
      row("FEAT", "", INFORMATION, ANYONE, NOW, InformationCommands::feat),
      row("OPTS", "<UTF8 ON | MLST facts | HASH algorithm>", INFORMATION, ANYONE, LATER, InformationCommands::opts,
          "UTF8", "TVFS"),
      row("LANG", "[EN]", INFORMATION, ANYONE, LATER, InformationCommands::lang, "LANG EN*"),
      row("CLNT", "[name]", INFORMATION, ANYONE, LATER, InformationCommands::clnt, "CLNT"),
      row("SITE", "<CHMOD | UTIME | IDLE | PSWD | HELP> [...]", INFORMATION, LOGIN, LATER, SiteCommands::site));

  private Commands() {
  }

  private static Command row(String verb, String parameters, Group group, boolean needsLogin, DuringTransfer during,
      Handler handler, String... features) {
    List<String> lines = List.of(features);
    return row(verb, parameters, group, needsLogin, during, _ -> lines, handler);
  }

  private static Command row(String verb, String parameters, Group group, boolean needsLogin, DuringTransfer during,
      Function<FtpSession, List<String>> features, Handler handler) {
    return new Command(verb, parameters, group, needsLogin, during, features, handler);
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
