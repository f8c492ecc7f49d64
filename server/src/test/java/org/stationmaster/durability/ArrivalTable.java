package org.stationmaster.durability;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the journal says of arrivals, from which whoever waits for files is told of them. */
final class ArrivalTable {
  private final Path database;
  private long lastId;

  ArrivalTable(Path home) {
    this.database = home.resolve("state/stationmaster.db");
  }

  /** What arrived since it was asked last, by account and in order, as {@link #line} writes it. */
  Map<String, List<String>> news() throws SQLException {
    Map<String, List<String>> news = new HashMap<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        PreparedStatement query = connection.prepareStatement("SELECT id, account, kind, path, size, state FROM "
            + "arrival WHERE id > ? ORDER BY id")) {
      query.setLong(1, lastId);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          lastId = rows.getLong("id");
          String state = rows.getString("state");
          news.computeIfAbsent(rows.getString("account"), account -> new ArrayList<>()).add(
              line(rows.getString("kind"), rows.getString("path"), rows.getLong("size"))
                  + (state.equals("confirmed") ? "" : ", " + state));
        }
      }
    }
    return news;
  }

  static String line(String kind, String path, long size) {
    return kind + " " + path + ", " + size + " bytes";
  }
}
