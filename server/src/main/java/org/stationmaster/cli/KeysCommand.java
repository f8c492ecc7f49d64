package org.stationmaster.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.stationmaster.config.Configuration;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.crypto.Expiry;
import org.stationmaster.crypto.HostKey;
import org.stationmaster.crypto.HostKeys;
import org.stationmaster.crypto.KeyMaterialException;
import org.stationmaster.crypto.TlsIdentities;
import org.stationmaster.crypto.TlsIdentity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the server proves its identity with. */
@Command(name = "keys",
    description = "Show the host keys and the certificate with their fingerprints; makes missing ones.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster keys --home /srv/stationmaster",
        "  stationmaster keys --json"})
final class KeysCommand implements Callable<Integer> {
  private final Installation installation;

  @Mixin
  private Output output;

  KeysCommand(Installation installation) {
    this.installation = installation;
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    installation.prepare();
    Configuration configuration = installation.configuration();
    try {
      List<HostKey> hostKeys = HostKeys.loadOrGenerate(configuration.paths().keys(), configuration.ssh());
      List<TlsIdentity> tls = TlsIdentities.loadOrGenerate(configuration.paths().keys(), configuration.tls()).all();
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("host_keys", hostKeys.stream().map(KeysCommand::describe).toList());
      json.put("certificate", describe(tls.getFirst()));
      json.put("further_certificates", tls.stream().skip(1).map(KeysCommand::describe).toList());
      output.print(installation, json, out -> print(out, hostKeys, tls));
      return ExitCode.SUCCESS;
    } catch (KeyMaterialException e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage());
    }
  }

  private static Map<String, Object> describe(HostKey key) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("type", key.type());
    facts.put("bits", key.bits());
    facts.put("sha256", key.fingerprint().sha256());
    facts.put("md5", key.fingerprint().md5());
    facts.put("file", key.file().toString());
    return facts;
  }

  private static Map<String, Object> describe(TlsIdentity tls) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("subject", tls.subject());
    facts.put("names", tls.names());
    facts.put("issuer", tls.issuer());
    facts.put("not_after", tls.notAfter().toString());
    facts.put("sha256", tls.fingerprint().sha256());
    facts.put("md5", tls.fingerprint().md5());
    facts.put("file", tls.file().toString());
    facts.put("for_trying_out", tls.forTryingOut());
    facts.put("warnings", warnings(tls));
    return facts;
  }

  private static void print(PrintStream out, List<HostKey> hostKeys, List<TlsIdentity> certificates) {
    out.println("SSH host keys");
    for (HostKey key : hostKeys) {
      out.printf("  %-20s %4d bits  %s%n", key.type(), key.bits(), key.fingerprint().sha256());
      out.printf("  %-20s            %s%n", "", key.fingerprint().md5());
      out.printf("  %-20s            %s%n", "", key.file());
    }
    certificates.forEach(certificate -> print(out, certificate));
  }

  private static void print(PrintStream out, TlsIdentity tls) {
    out.println("TLS certificate");
    out.println("  subject     " + tls.subject());
    out.println("  names       " + String.join(", ", tls.names()));
    out.println("  issuer      " + tls.issuer());
    out.println("  valid until " + tls.notAfter());
    out.println("  " + tls.fingerprint().sha256());
    out.println("  " + tls.fingerprint().md5());
    out.println("  " + tls.file());
    if (tls.forTryingOut()) {
      out.println("  This certificate is for trying out: a real logger refuses FTPS until tls.certificate and tls.key");
      out.println("  name one that it can verify.");
    }
    warnings(tls).forEach(warning -> out.println("  " + warning));
  }

  private static List<String> warnings(TlsIdentity tls) {
    return Stream.concat(tls.warnings().stream(),
        Expiry.of(tls.chain(), Instant.now()).map(Expiry::toString).stream()).toList();
  }
}
