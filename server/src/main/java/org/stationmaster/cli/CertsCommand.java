package org.stationmaster.cli;

import picocli.CommandLine.Command;

/** Everything about the TLS certificate. */
@Command(name = "certs", description = "Make, request, take in and look at the TLS certificate for FTPS.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CertsInspectCommand.class, CertsRequestCommand.class, CertsImportCommand.class,
        CertsCreateCommand.class},
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster certs inspect",
        "  stationmaster certs request --name ftp.example.org",
        "  stationmaster certs import fullchain.pem",
        "  stationmaster certs create --name ftp.example.org --name 192.0.2.7 --intermediate"})
final class CertsCommand {
}
