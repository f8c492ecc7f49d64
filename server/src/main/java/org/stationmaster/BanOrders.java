package org.stationmaster;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.stationmaster.config.Network;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.defense.Ban;
import org.stationmaster.defense.Bans;
import org.stationmaster.defense.Guessing;
import org.stationmaster.defense.Hold;

/** What the command {@code bans} asks of the running server. */
final class BanOrders {
  private static final String OPERATOR = "no reason given";

  private BanOrders() {
  }

  /** Bans first, then accounts whose passwords are not looked at. */
  static List<Map<String, Object>> list(Bans bans, Guessing guessing) {
    Instant now = Instant.now();
    List<Map<String, Object>> all = new ArrayList<>();
    for (Bans.Listed one : bans.list()) {
      Ban ban = one.ban();
      Map<String, Object> facts = facts(ban.source(), "", ban.until(), now, ban.reason());
      facts.put("since", ban.since().toString());
      facts.put("repeats", ban.repeats());
      facts.put("by_operator", ban.isByOperator());
      facts.put("refused", one.connections());
      all.add(facts);
    }
    for (Hold hold : guessing.list()) {
      all.add(facts(hold.source(), hold.account(), Optional.of(hold.until()), now, "too many wrong passwords"));
    }
    return all;
  }

  private static Map<String, Object> facts(Network source, String account, Optional<Instant> until, Instant now,
      String reason) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("source", source.shortText());
    facts.put("account", account);
    until.ifPresent(end -> {
      facts.put("until", end.toString());
      facts.put("seconds_left", Duration.between(now, end).toSeconds());
    });
    facts.put("reason", reason);
    return facts;
  }

  static Map<String, Object> obey(Bans bans, Guessing guessing, Map<String, Object> order) {
    Map<String, Object> answer = new LinkedHashMap<>();
    Network source;
    try {
      source = Network.parse(String.valueOf(order.get("source")));
    } catch (IllegalArgumentException e) {
      return refused("\"" + order.get("source") + "\" " + e.getMessage());
    }
    try {
      if (order.get("order").equals("ban")) {
        Optional<Duration> time = Optional.ofNullable((Number) order.get("seconds"))
            .map(seconds -> Duration.ofSeconds(seconds.longValue()));
        Ban ban = bans.add(source, time, String.valueOf(order.getOrDefault("reason", OPERATOR)));
        answer.put("source", source.shortText());
        ban.until().ifPresent(end -> answer.put("until", end.toString()));
        return answer;
      }
      Optional<String> account = Optional.ofNullable((String) order.get("account"));
      boolean wasBanned = account.isEmpty() && bans.remove(source);
      int held = guessing.release(source, account);
      if (!wasBanned && held == 0) {
        return refused(source.shortText() + account.map(name -> " with account \"" + name + "\"").orElse("")
            + " is not banned; write it as \"stationmaster bans list\" does");
      }
      answer.put("source", source.shortText());
      answer.put("was_banned", wasBanned);
      answer.put("accounts_released", held);
      return answer;
    } catch (DatabaseException e) {
      return refused(e.getMessage());
    }
  }

  private static Map<String, Object> refused(String error) {
    return Map.of("ok", false, "error", error);
  }
}
