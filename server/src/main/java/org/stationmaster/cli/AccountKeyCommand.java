package org.stationmaster.cli;

import picocli.CommandLine.Command;

/** Everything about the public keys that open an account. */
@Command(name = "key", description = "Manage the public keys that open an account.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {AccountKeyAddCommand.class, AccountKeyListCommand.class, AccountKeyRemoveCommand.class,
        AccountKeyReportCommand.class},
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster account key add pole-7 pole-7.pub",
        "  stationmaster account key list pole-7",
        "  stationmaster account key report"})
final class AccountKeyCommand {
}
