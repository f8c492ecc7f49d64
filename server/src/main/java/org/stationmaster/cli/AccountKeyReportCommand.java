package org.stationmaster.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.stationmaster.account.Account;
import org.stationmaster.account.AuthorizedKey;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.crypto.KeyMaterialException;
import org.stationmaster.crypto.PublicKeys;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Finds the keys of all accounts that somebody should look at. */
@Command(name = "report",
    description = "List keys that are unused, expired or soon to expire, weak, or on several accounts.",
    footerHeading = "%nExamples:%n", footer = {
        "  stationmaster account key report",
        "  stationmaster account key report --unused-for 365d --json"})
final class AccountKeyReportCommand implements Callable<Integer> {
  private static final int LEAST_RSA_BITS = 2048;

  private final Installation installation;

  @Option(names = "--unused-for", paramLabel = "DAYS", converter = Days.class, defaultValue = "180d",
      description = "Report a key that opened its account last, or was added and never did, this long ago "
          + "(default: ${DEFAULT-VALUE}).")
  private Duration unusedFor;

  @Option(names = "--expires-within", paramLabel = "DAYS", converter = Days.class, defaultValue = "30d",
      description = "Report a key that expires this soon (default: ${DEFAULT-VALUE}).")
  private Duration expiresWithin;

  @Mixin
  private Output output;

  AccountKeyReportCommand(Installation installation) {
    this.installation = installation;
  }

  /** What is the matter with a key; {@code code} is for scripts. */
  private record Finding(String code, String sentence) {
  }

  /** A key with what was found. */
  private record Judged(String account, AuthorizedKey key, int bits, List<Finding> findings) {
  }

  @Override
  public Integer call() throws InvalidConfiguration, CommandFailed, IOException {
    return AccountDatabase.use(installation, accounts -> {
      List<Judged> keys = judge(accounts.list());
      List<Judged> reported = keys.stream().filter(key -> !key.findings().isEmpty()).toList();
      output.print(installation, json(keys.size(), reported), out -> print(out, keys.size(), reported));
    });
  }

  private List<Judged> judge(List<Account> accounts) throws CommandFailed {
    Map<String, List<String>> owners = new HashMap<>();
    for (Account account : accounts) {
      for (AuthorizedKey key : account.keys()) {
        owners.computeIfAbsent(key.fingerprint(), _ -> new ArrayList<>()).add(account.name());
      }
    }
    List<Judged> judged = new ArrayList<>();
    Instant now = Instant.now();
    for (Account account : accounts) {
      for (AuthorizedKey key : account.keys()) {
        int bits = bits(account.name(), key);
        List<String> others = new ArrayList<>(owners.get(key.fingerprint()));
        others.remove(account.name());
        judged.add(new Judged(account.name(), key, bits, findings(key, bits, others, now)));
      }
    }
    return judged;
  }

  private static int bits(String account, AuthorizedKey key) throws CommandFailed {
    try {
      return PublicKeys.bitsOfLine(key.line());
    } catch (KeyMaterialException e) {
      throw new CommandFailed(ExitCode.FAILED, "Key " + key.fingerprint() + " of account \"" + account
          + "\" cannot be read: " + e.getMessage());
    }
  }

  private List<Finding> findings(AuthorizedKey key, int bits, List<String> others, Instant now) {
    List<Finding> findings = new ArrayList<>();
    if (key.isExpired(now)) {
      findings.add(new Finding("expired", "expired " + AccountText.time(key.expires())));
    } else if (key.expires().filter(end -> end.isBefore(now.plus(expiresWithin))).isPresent()) {
      findings.add(new Finding("expires_soon", "expires " + AccountText.time(key.expires())));
    }
    Instant latest = key.lastUsed().orElse(key.added());
    if (latest.isBefore(now.minus(unusedFor))) {
      long days = Duration.between(latest, now).toDays();
      findings.add(new Finding("unused", (key.lastUsed().isPresent() ? "last used "
          : "never used since it was added ") + AccountText.time(Optional.of(latest)) + ", " + days
          + (days == 1 ? " day ago" : " days ago")));
    }
    String type = AccountText.type(key);
    if (type.equals("ssh-dss")) {
      findings.add(new Finding("weak", "weak: DSA; replace it with Ed25519, or for a logger with RSA of "
          + LEAST_RSA_BITS + " bits"));
    } else if (type.equals("ssh-rsa") && bits < LEAST_RSA_BITS) {
      findings.add(new Finding("weak", "weak: RSA of " + bits + " bits; replace it with one of " + LEAST_RSA_BITS
          + " or more"));
    }
    if (!others.isEmpty()) {
      findings.add(new Finding("shared", "also opens " + String.join(", ", others)
          + "; whoever has it can speak for each of them"));
    }
    return findings;
  }

  private static Map<String, Object> json(int checked, List<Judged> reported) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("keys_checked", checked);
    json.put("keys", reported.stream().map(each -> {
      Map<String, Object> key = new LinkedHashMap<>();
      key.put("account", each.account());
      key.put("bits", each.bits());
      key.putAll(AccountText.json(each.key()));
      key.put("findings", each.findings().stream()
          .map(finding -> Map.of("code", finding.code(), "message", finding.sentence())).toList());
      return key;
    }).toList());
    return json;
  }

  private static void print(PrintStream out, int checked, List<Judged> reported) {
    for (Judged each : reported) {
      out.println(each.account() + "  " + AccountText.type(each.key()) + " " + each.bits()
          + " bits  " + each.key().fingerprint());
      each.findings().forEach(finding -> out.println("  " + finding.sentence()));
    }
    if (checked == 0) {
      out.println("No account has a key.");
    } else if (reported.isEmpty()) {
      out.println("Nothing to report on " + (checked == 1 ? "the only key." : "all " + checked + " keys."));
    } else {
      out.println();
      out.println(reported.size() + " of " + checked + " keys reported. To take one away: stationmaster account key "
          + "remove NAME SHA256:...");
    }
  }

  /** Days as {@code 180d}. */
  static final class Days implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      if (!text.matches("\\d{1,5}d")) {
        throw new TypeConversionException("\"" + text + "\" is not a number of days; write e.g. 180d");
      }
      return Duration.ofDays(Long.parseLong(text.substring(0, text.length() - 1)));
    }
  }
}
