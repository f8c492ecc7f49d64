package org.stationmaster.cli;

import picocli.CommandLine.Command;

/** Everything about accounts. */
@Command(name = "account", description = "Manage the accounts of stations and of those who fetch their files.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
        AccountAddCommand.class,
        AccountShowCommand.class,
        AccountListCommand.class,
        AccountSetCommand.class,
        AccountPasswdCommand.class,
        AccountRemoveCommand.class,
        AccountKeyCommand.class,
        AccountExportCommand.class,
        AccountImportCommand.class},
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster account add pole-7",
        "  stationmaster account key add pole-7 pole-7.pub",
        "  stationmaster account list",
        "%nA change holds from the next login on; the server need not be told."})
final class AccountCommand {
}
