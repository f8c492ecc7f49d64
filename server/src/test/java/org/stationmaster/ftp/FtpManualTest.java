package org.stationmaster.ftp;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.stationmaster.Manual;
import org.stationmaster.ftp.Command.Group;

class FtpManualTest {
  @Test
  void theManualHasTheTableOfCommands() throws Exception {
    StringBuilder table = new StringBuilder();
    for (Group group : Group.values()) {
      List<Command> commands = Commands.all().stream().filter(command -> command.group() == group).toList();
      table.append("\n### ").append(title(group)).append("\n\n| command | what it does | during a transfer |\n"
          + "| --- | --- | --- |\n");
      commands.forEach(command -> table.append("| `").append(command.usage().replace("|", "\\|")).append("` | ")
          .append(command.purpose().replace("*", "\\*")).append(" | ").append(during(command)).append(" |\n"));
    }
    String page = Files.readString(Path.of("../dist/manual/ftp.md"));
    Manual.assertPage("ftp.md", page.replaceFirst("(?s)(<!-- generated [^\n]*\n).*(<!-- end of)",
        "$1" + Matcher.quoteReplacement(table + "\n") + "$2"));
  }

  private static String title(Group group) {
    return switch (group) {
      case ACCESS -> "Who is there";
      case TLS -> "Encryption";
      case PATHS -> "Files and folders";
      case PARAMETERS -> "How the next transfer goes";
      case UPLOADS -> "Uploads";
      case TRANSFERS -> "Downloads and listings";
      case CHECKSUMS -> "Checksums";
      case INFORMATION -> "Information";
    };
  }

  private static String during(Command command) {
    return switch (command.duringTransfer()) {
      case NOW -> "at once";
      case LATER -> "after it";
      case NEVER -> "refused";
    };
  }
}
