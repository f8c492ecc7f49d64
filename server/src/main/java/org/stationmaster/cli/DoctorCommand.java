package org.stationmaster.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.stationmaster.ControlClient;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.crypto.CertificateFiles;
import org.stationmaster.crypto.KeyMaterialException;
import org.stationmaster.doctor.Doctor;
import org.stationmaster.doctor.Finding;
import org.stationmaster.doctor.Severity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what keeps loggers from being served. */
@Command(name = "doctor", description = {"Look at this host and say what keeps loggers from being served, why, and what"
    + " to do: ports, keys, certificates, passive ports and address, disk, clock, database, cryptography, accounts,"
    + " outputs. Changes nothing; the server may run."},
    exitCodeList = {" 4:warnings and no errors"},
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster doctor",
        "  stationmaster doctor --all",
        "  stationmaster doctor --name ftp.example.org --ca company-root.pem",
        "  stationmaster doctor /media/usb/pole-7 --json",
        "",
        "With sudo it sees which program of another user has a port."})
final class DoctorCommand implements Callable<Integer> {
  private static final int WIDTH = 88;
  private static final String INDENT = " ".repeat(23);

  private final Installation installation;

  @Parameters(paramLabel = "FILE", arity = "0..*",
      description = "Private key files for loggers, with the public half beside each (.pub): can a logger read them?")
  private List<Path> loggerKeys = List.of();

  @Option(names = "--name", paramLabel = "NAME", description = "The host name or address that loggers are set to.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--ca", paramLabel = "FILE", description = "Authorities that your loggers have been given, in PEM.")
  private Optional<Path> given = Optional.empty();

  @Option(names = "--all", description = "Show what is well, too.")
  private boolean isAll;

  @Mixin
  private Output output;

  DoctorCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws CommandFailed {
    Optional<Map<String, Object>> server = server();
    List<Finding> findings = examine(server);
    Severity worst = findings.stream().map(Finding::severity).min(Comparator.naturalOrder()).orElse(Severity.OK);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("home", installation.home().toString());
    json.put("worst", worst.toString());
    json.put("running", server.isPresent());
    json.put("findings", findings.stream().map(DoctorCommand::describe).toList());
    output.print(installation, json, out -> print(out, findings));
    return switch (worst) {
      case ERROR -> ExitCode.FAILED;
      case WARNING -> ExitCode.WARNINGS;
      case NOTE, OK -> ExitCode.SUCCESS;
    };
  }

  private List<Finding> examine(Optional<Map<String, Object>> server) throws CommandFailed {
    try {
      Doctor doctor = new Doctor(name, given.isPresent() ? CertificateFiles.certificatesIn(given.get()) : List.of(),
          loggerKeys);
      server.ifPresent(doctor::hear);
      return doctor.examine(installation.configuration());
    } catch (InvalidConfiguration e) {
      return Doctor.examine(e);
    } catch (KeyMaterialException e) {
      throw new CommandFailed(ExitCode.CONFIGURATION_OR_USAGE, "--ca: " + e.getMessage());
    }
  }

  private Optional<Map<String, Object>> server() {
    try {
      return Optional.of(ControlClient.send(RunningServer.socket(installation), Map.of("order", "about")));
    } catch (IOException expected) {
      return Optional.empty();
    }
  }

  private static Map<String, Object> describe(Finding finding) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("severity", finding.severity().toString());
    facts.put("topic", finding.topic());
    facts.put("what", finding.what());
    facts.put("why", finding.why());
    facts.put("remedy", finding.remedy());
    return facts;
  }

  private void print(PrintStream out, List<Finding> findings) {
    List<Finding> shown = new ArrayList<>(findings);
    shown.removeIf(finding -> finding.severity() == Severity.OK && !isAll);
    shown.sort(Comparator.comparing(Finding::severity));
    for (Finding finding : shown) {
      out.printf("%-8s %-13s %s%n", finding.severity(), finding.topic(), wrapped(finding.what()));
      line(out, "why", wrapped(finding.why()));
      line(out, "remedy", finding.remedy());
    }
    if (!shown.isEmpty()) {
      out.println();
    }
    Map<Severity, Long> counts = findings.stream().collect(Collectors.groupingBy(Finding::severity,
        Collectors.counting()));
    long well = counts.getOrDefault(Severity.OK, 0L);
    out.println(Stream.of(Severity.ERROR, Severity.WARNING, Severity.NOTE)
        .map(severity -> counted(counts.getOrDefault(severity, 0L), severity.toString()))
        .collect(Collectors.joining(", ")) + "; " + counted(well, "thing") + (well == 1 ? " is" : " are") + " well"
        + (isAll ? "." : " (--all shows them)."));
  }

  private static void line(PrintStream out, String label, String text) {
    if (!text.isEmpty()) {
      out.printf("%-8s %-13s %s%n", "", label, text);
    }
  }

  /** Not the remedy, which is to be copied. */
  private static String wrapped(String text) {
    StringBuilder lines = new StringBuilder();
    int column = 0;
    for (String word : text.split(" ")) {
      if (column > 0 && column + 1 + word.length() > WIDTH) {
        lines.append(System.lineSeparator()).append(INDENT);
        column = 0;
      } else if (column > 0) {
        lines.append(' ');
        column++;
      }
      lines.append(word);
      column += word.length();
    }
    return lines.toString();
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
