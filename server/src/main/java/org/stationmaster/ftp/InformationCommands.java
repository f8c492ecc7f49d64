package org.stationmaster.ftp;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the server is and can do (RFC 959 section 4.1.3, RFC 2389). */
final class InformationCommands {
  private static final int VERBS_PER_LINE = 9;

  private InformationCommands() {
  }

  static void syst(FtpSession session, String argument) throws IOException {
    session.reply(215, "UNIX Type: L8");
  }

  static void noop(FtpSession session, String argument) throws IOException {
    session.reply(200, "OK.");
  }

  /** OPTS HASH names the algorithm of the next HASH, or asks for it (draft-bryan-ftpext-hash section 4). */
  private static void hash(FtpSession session, String value) throws IOException {
    Optional<Checksum> chosen = value.isEmpty() ? Optional.of(session.parameters().checksum()) : Checksum.named(value);
    if (chosen.isPresent()) {
      session.parameters().setChecksum(chosen.get());
      session.reply(200, chosen.get().title());
    } else {
      session.reply(501, "Use one of " + Checksum.titles() + ".");
    }
  }

  /** Replies are in English (RFC 2640 section 4.1). */
  static void lang(FtpSession session, String argument) throws IOException {
    if (argument.isBlank() || argument.strip().toUpperCase(Locale.ROOT).matches("EN(-[A-Z0-9-]+)?")) {
      session.reply(200, "Replies are in English.");
    } else {
      session.reply(504, "Replies are in English only.");
    }
  }

  static void clnt(FtpSession session, String argument) throws IOException {
    session.reply(200, "Noted.");
  }

  static void stat(FtpSession session, String argument) throws IOException {
    if (session.running().isPresent()) {
      session.reply(211, session.running().get().progress());
    } else if (argument.isBlank()) {
      session.reply(211, "Stationmaster", List.of("Connected from " + session.peer().getAddress().getHostAddress(),
          session.isLoggedIn() ? "Logged in as " + session.files().accountName() : "Not logged in",
          "Commands in " + (session.isSecured() ? "TLS" : "clear text") + ", data in "
          + (session.parameters().isDataProtected() ? "TLS" : "clear text"), "No transfer is running"), "End.");
    } else if (session.isLoggedIn()) {
      TransferCommands.statPath(session, argument);
    } else {
      session.reply(530, "Log in first: USER and PASS.");
    }
  }

  static void feat(FtpSession session, String argument) throws IOException {
    boolean hasTls = session.environment().listener().tls().isOn();
    List<String> lines = Commands.all().stream()
        .filter(command -> hasTls || command.group() != Command.Group.TLS)
        .flatMap(command -> command.features().apply(session).stream()).toList();
    session.reply(211, "Features:", lines, "End.");
  }

  static void help(FtpSession session, String argument) throws IOException {
    if (argument.isBlank()) {
      List<String> verbs = Commands.all().stream().map(Command::verb).toList();
      List<String> lines = IntStream.range(0, (verbs.size() + VERBS_PER_LINE - 1) / VERBS_PER_LINE)
          .mapToObj(line -> verbs.stream().skip((long) line * VERBS_PER_LINE).limit(VERBS_PER_LINE)
              .map(verb -> String.format("%-5s", verb)).collect(Collectors.joining(" ")).strip()).toList();
      session.reply(214, "Commands:", lines, "HELP command says more.");
      return;
    }
    Optional<Command> command = Commands.find(argument.strip().toUpperCase(Locale.ROOT));
    if (command.isPresent()) {
      session.reply(214, "Usage: " + command.get().usage() + " - " + command.get().purpose());
    } else {
      session.reply(502, "Command not known.");
    }
  }

  static void opts(FtpSession session, String argument) throws IOException {
    String[] words = argument.strip().split(" +", 2);
    String value = words.length > 1 ? words[1].strip() : "";
    switch (words[0].toUpperCase(Locale.ROOT)) {
      case "UTF8", "UTF-8" -> {
        if (value.isEmpty() || value.equalsIgnoreCase("ON")) {
          session.reply(200, "UTF8 is on.");
        } else {
          session.reply(504, "UTF8 is always on.");
        }
      }
      case "MLST" -> {
        session.parameters().setFacts(MachineFact.parse(value));
        session.reply(200, ("MLST OPTS " + MachineFact.names(session.parameters().facts())).strip());
      }
      case "HASH" -> hash(session, value);
      default -> session.reply(501, "No such option.");
    }
  }
}
