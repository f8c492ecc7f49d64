package org.stationmaster.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.stationmaster.config.FtpListenerSettings;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.config.ListenerSettings;
import org.stationmaster.config.SftpListenerSettings;
import org.stationmaster.config.SshAlgorithm;
import org.stationmaster.config.TlsCipher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who uses which SSH algorithms and which TLS, and who would be cut off without one. */
@Command(name = "crypto", description = "Print what each account's client used at its last login over SSH, and over "
    + "FTP with or without TLS, and what would come of it if something of it were retired.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster crypto",
        "  stationmaster crypto --algorithm ssh-rsa",
        "  stationmaster crypto --algorithm clear",
        "  stationmaster crypto --retire diffie-hellman-group1-sha1",
        "  stationmaster crypto --retire TLSv1.0",
        "  stationmaster crypto --retire logger --json"})
final class CryptoCommand implements Callable<Integer> {
  private final Installation installation;

  @Option(names = "--algorithm", paramLabel = "NAME", description = "Only those who use this SSH algorithm, version of "
      + "TLS or cipher suite; \"clear\" is FTP in clear text.")
  private Optional<String> algorithm = Optional.empty();

  @Option(names = "--retire", paramLabel = "NAME", description = "What would become of each if this SSH algorithm, "
      + "version of TLS, cipher suite or FTP in clear text (\"clear\"), or all that the profile modern or logger has "
      + "more than the stronger ones, were no longer offered.")
  private Optional<String> retired = Optional.empty();

  @Mixin
  private Output output;

  CryptoCommand(Installation installation) {
    this.installation = installation;
  }

  /** What a name means for SSH and for TLS; for one of them it may mean nothing. */
  private record Meant(Optional<Predicate<SshAlgorithm>> ssh, Optional<Predicate<Optional<TlsCipher>>> tls) {
    static Meant by(String name) throws CommandFailed {
      Meant meant = new Meant(SshInventory.meant(name), TlsInventory.meant(name));
      if (meant.ssh().isEmpty() && meant.tls().isEmpty()) {
        throw new CommandFailed(ExitCode.CONFIGURATION_OR_USAGE, "\"" + name + "\" is no SSH algorithm, no "
            + "version of TLS, no cipher suite, not \"clear\" and no profile (modern, logger); \"stationmaster "
            + "algorithms\" shows what is offered over SSH, the manual's page tls.md what over FTP.");
      }
      return meant;
    }
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    Optional<Meant> shown = algorithm.isPresent() ? Optional.of(Meant.by(algorithm.get())) : Optional.empty();
    Optional<Meant> gone = retired.isPresent() ? Optional.of(Meant.by(retired.get())) : Optional.empty();
    boolean isAboutSsh = Stream.of(shown, gone).flatMap(Optional::stream).allMatch(name -> name.ssh().isPresent());
    boolean isAboutTls = Stream.of(shown, gone).flatMap(Optional::stream).allMatch(name -> name.tls().isPresent());
    List<SftpListenerSettings> sftp = listeners(SftpListenerSettings.class);
    List<FtpListenerSettings> ftp = listeners(FtpListenerSettings.class);
    return AccountDatabase.use(installation, accounts -> {
      List<Inventoried> overSsh = isAboutSsh ? SshInventory.of(accounts.crypto(), sftp, shown.flatMap(Meant::ssh),
          gone.flatMap(Meant::ssh)) : List.of();
      List<Inventoried> overFtp = isAboutTls ? TlsInventory.of(accounts.tls(), ftp, shown.flatMap(Meant::tls),
          gone.flatMap(Meant::tls)) : List.of();
      output.print(installation, Map.of("stations", json(overSsh), "ftp_stations", json(overFtp)),
          out -> print(out, overSsh, overFtp, isAboutTls ? isAboutSsh ? "" : " over FTP" : " over SSH"));
    });
  }

  private <L extends ListenerSettings> List<L> listeners(Class<L> type) throws InvalidConfiguration {
    return installation.configuration().listeners().stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static List<Map<String, Object>> json(List<Inventoried> stations) {
    return stations.stream().map(station -> {
      Map<String, Object> row = new LinkedHashMap<>(station.facts());
      station.fate().ifPresent(fate -> {
        row.put("outcome", fate.outcome());
        row.put("outcome_details", fate.words());
      });
      return row;
    }).toList();
  }

  private void print(PrintStream out, List<Inventoried> overSsh, List<Inventoried> overFtp, String how) {
    List<Inventoried> all = Stream.of(overSsh, overFtp).flatMap(List::stream).toList();
    if (all.isEmpty()) {
      out.println(algorithm.map(name -> "No account used " + name + " at its last login.")
          .orElse("No account has logged in" + how + " yet."));
      return;
    }
    out.println(Stream.of(table(overSsh, SshInventory.TITLES, "SSH CLIENT"),
        table(overFtp, TlsInventory.TITLES, "FTP ADDRESS")).flatMap(Optional::stream)
        .collect(Collectors.joining("\n\n")));
    if (retired.isPresent()) {
      out.println(all.stream().filter(Inventoried::isLost).count() + " of " + all.size() + " would lose connection.");
    }
  }

  private Optional<String> table(List<Inventoried> stations, List<String> titles, String titleOfClient) {
    if (stations.isEmpty()) {
      return Optional.empty();
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(retired.map(name -> List.of("ACCOUNT", "WITHOUT " + name, titleOfClient, "LAST SEEN")).orElse(titles));
    stations.forEach(station -> rows.add(station.fate().map(fate -> List.of(station.account(), fate.words(),
        station.client(), station.lastSeen())).orElse(station.cells())));
    return Optional.of(AccountText.table(rows));
  }
}
