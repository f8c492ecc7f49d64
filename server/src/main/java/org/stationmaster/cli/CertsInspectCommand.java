package org.stationmaster.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.stationmaster.config.Configuration;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.crypto.CertificateFiles;
import org.stationmaster.crypto.CertificateInspection;
import org.stationmaster.crypto.CertificateInspection.Finding;
import org.stationmaster.crypto.CertificateInspection.Level;
import org.stationmaster.crypto.KeyMaterialException;
import org.stationmaster.crypto.TlsIdentities;
import org.stationmaster.crypto.TlsIdentity;
import org.stationmaster.crypto.TlsProbe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a logger will think of a certificate. */
@Command(name = "inspect", description = {"Say what a data logger will think of a certificate: of those that are"
    + " configured, of a file, or of a server as it answers now (FTP with AUTH TLS, or TLS from the start). Ends with 1"
    + " if loggers refuse it."},
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster certs inspect",
        "  stationmaster certs inspect fullchain.pem --name ftp.example.org",
        "  stationmaster certs inspect ftp.example.org:990",
        "  stationmaster certs inspect ftp.example.org:21 --ca company-root.pem --json"})
final class CertsInspectCommand implements Callable<Integer> {
  private static final Pattern SERVER = Pattern.compile("\\[?([^\\]]+?)]?:(\\d{1,5})");

  private final Installation installation;

  @Parameters(index = "0", arity = "0..1", paramLabel = "FILE|HOST:PORT",
      description = "A chain in PEM, or a server; without it what is configured here.")
  private Optional<String> subject = Optional.empty();

  @Option(names = "--name", paramLabel = "NAME", description = "The host name or address that loggers are set to; by"
      + " default the HOST.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--ca", paramLabel = "FILE", description = "Authorities that your loggers have been given, in PEM.")
  private Optional<Path> given = Optional.empty();

  @Mixin
  private Output output;

  CertsInspectCommand(Installation installation) {
    this.installation = installation;
  }

  /** One chain and what is thought of it. */
  private record Row(String where, CertificateInspection inspection, List<String> versions) {
    boolean isRefused() {
      return inspection.worst().filter(worst -> worst == Level.REFUSED).isPresent();
    }
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    try {
      List<Row> rows = rows();
      output.print(installation, Map.of("certificates", rows.stream().map(CertsInspectCommand::describe).toList()),
          out -> rows.forEach(row -> print(out, row)));
      return rows.stream().anyMatch(Row::isRefused) ? ExitCode.FAILED : ExitCode.SUCCESS;
    } catch (KeyMaterialException e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage());
    }
  }

  private List<Row> rows() throws KeyMaterialException, InvalidConfiguration, CommandFailed, IOException {
    List<Row> rows = new ArrayList<>();
    if (subject.isEmpty()) {
      installation.prepare();
      Configuration configuration = installation.configuration();
      for (TlsIdentity one : TlsIdentities.loadOrGenerate(configuration.paths().keys(), configuration.tls()).all()) {
        rows.add(new Row(one.file().toString(), inspect(one.chain(), name), List.of()));
      }
      return rows;
    }
    Matcher server = SERVER.matcher(subject.get());
    Path file = Path.of(subject.get());
    if (!Files.exists(file) && server.matches()) {
      rows.add(ask(server.group(1), Integer.parseInt(server.group(2))));
    } else {
      rows.add(new Row(file.toString(), inspect(CertificateFiles.certificatesIn(file), name), List.of()));
    }
    return rows;
  }

  private CertificateInspection inspect(List<X509Certificate> chain, Optional<String> wanted)
      throws KeyMaterialException {
    if (chain.isEmpty()) {
      throw new KeyMaterialException("\"" + subject.orElse("") + "\" holds no certificate; a chain in PEM is expected");
    }
    return CertificateInspection.of(chain, wanted, given.isPresent() ? CertificateFiles.certificatesIn(given.get())
        : List.of(), Instant.now());
  }

  private Row ask(String host, int port) throws KeyMaterialException, CommandFailed {
    String wanted = name.orElse(host);
    try {
      TlsProbe.Shown shown = TlsProbe.ask(new InetSocketAddress(host, port), wanted);
      CertificateInspection inspection = inspect(shown.chain(), Optional.of(wanted));
      if (!shown.versions().contains("TLSv1.2")) {
        inspection = inspection.with(new Finding(Level.REFUSED, "no_tls_1_2", "The server does not speak TLS 1.2, which"
            + " is the newest that most loggers know."));
      }
      return new Row(host + ":" + port, inspection, shown.versions());
    } catch (UnknownHostException | UnresolvedAddressException e) {
      throw new CommandFailed(ExitCode.FAILED, host + " is not known to the name service");
    } catch (SocketTimeoutException e) {
      throw new CommandFailed(ExitCode.FAILED, host + ":" + port + " does not answer");
    } catch (IOException e) {
      throw new CommandFailed(ExitCode.FAILED, host + ":" + port + ": " + e.getMessage());
    }
  }

  private static String verdict(Row row) {
    return row.inspection().worst().map(worst -> switch (worst) {
      case REFUSED -> "Loggers refuse it:";
      case RISK -> "Some loggers may refuse it:";
      case NOTE -> "Loggers accept it; to know:";
    }).orElse("Loggers accept it.");
  }

  private static Map<String, Object> describe(Row row) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("source", row.where());
    facts.put("verdict", row.inspection().worst().map(level -> switch (level) {
      case REFUSED -> "refused";
      case RISK -> "risk";
      case NOTE -> "accepted";
    }).orElse("accepted"));
    facts.put("names", row.inspection().serverNames());
    facts.put("bytes", row.inspection().bytes());
    facts.put("tls_versions", row.versions());
    facts.put("chain", row.inspection().sent().stream().map(certificate -> {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("subject", certificate.getSubjectX500Principal().getName());
      one.put("issuer", certificate.getIssuerX500Principal().getName());
      one.put("key", CertificateInspection.describeKey(certificate));
      one.put("signature", certificate.getSigAlgName());
      one.put("not_before", certificate.getNotBefore().toInstant().toString());
      one.put("not_after", certificate.getNotAfter().toInstant().toString());
      return one;
    }).toList());
    facts.put("findings", row.inspection().findings().stream().map(finding -> Map.of("level",
        finding.level().name().toLowerCase(Locale.ROOT), "code", finding.code(), "details", finding.words())).toList());
    return facts;
  }

  private static void print(PrintStream out, Row row) {
    CertificateInspection inspection = row.inspection();
    out.println(row.where());
    inspection.sent().forEach(certificate -> out.println("  " + certificate.getSubjectX500Principal().getName() + "  ("
        + CertificateInspection.describeKey(certificate) + ", signed " + certificate.getSigAlgName() + ", until "
        + LocalDate.ofInstant(certificate.getNotAfter().toInstant(), ZoneOffset.UTC) + ")"));
    out.println("  issued by    " + inspection.sent().getLast().getIssuerX500Principal().getName());
    out.println("  names        " + String.join(", ", inspection.serverNames()));
    out.println("  bytes        " + inspection.bytes());
    if (!row.versions().isEmpty()) {
      out.println("  TLS          " + String.join(", ", row.versions()));
    }
    out.println(verdict(row));
    inspection.findings().forEach(finding -> out.println("  " + switch (finding.level()) {
      case REFUSED -> "refused  ";
      case RISK -> "risk     ";
      case NOTE -> "note     ";
    } + finding.words()));
  }
}
