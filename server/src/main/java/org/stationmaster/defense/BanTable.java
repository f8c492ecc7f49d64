package org.stationmaster.defense;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.stationmaster.config.Network;
import org.stationmaster.database.Database;

/** The bans in the database, so that they survive a restart. Times are milliseconds since 1970. */
final class BanTable {
  private BanTable() {
  }

  static List<Ban> list(Database.Link link) throws SQLException {
    List<Ban> bans = new ArrayList<>();
    try (ResultSet rows = link.query("SELECT source, since, until, repeats, reason, by_operator FROM ban")) {
      while (rows.next()) {
        long until = rows.getLong("until");
        Optional<Instant> end = rows.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(until));
        bans.add(new Ban(Network.parse(rows.getString("source")), Instant.ofEpochMilli(rows.getLong("since")), end,
            rows.getInt("repeats"), rows.getString("reason"), rows.getInt("by_operator") != 0));
      }
    }
    return bans;
  }

  static int store(Database.Link link, Ban ban) throws SQLException {
    return link.update("INSERT INTO ban (source, since, until, repeats, reason, by_operator) VALUES (?, ?, ?, ?, ?, ?) "
        + "ON CONFLICT (source) DO UPDATE SET since = excluded.since, until = excluded.until, "
        + "repeats = excluded.repeats, reason = excluded.reason, by_operator = excluded.by_operator",
        ban.source().toString(), ban.since().toEpochMilli(), ban.until().map(Instant::toEpochMilli).orElse(null),
        ban.repeats(), ban.reason(), ban.isByOperator() ? 1 : 0);
  }

  static int remove(Database.Link link, List<Network> sources) throws SQLException {
    int removed = 0;
    for (Network source : sources) {
      removed += link.update("DELETE FROM ban WHERE source = ?", source.toString());
    }
    return removed;
  }
}
