package org.stationmaster.backup;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a backup holds; its last entry.
 *
 * @param version of the Stationmaster that made it
 * @param schema of the database in it; 0 without one
 * @param created when, as ISO 8601
 * @param files SHA-256 in hexadecimal, by name
 */
public record Manifest(String version, int schema, String created, Map<String, String> files) {
  static final String NAME = "manifest.json";
  /** Of this layout of a backup. */
  private static final int FORMAT = 1;

  /** Copies the map. */
  public Manifest {
    files = new LinkedHashMap<>(files);
  }

  byte[] toJson() throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("stationmaster", version);
    json.put("schema", schema);
    json.put("created", created);
    json.put("sha256", files);
    return JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(json).getBytes(StandardCharsets.UTF_8);
  }

  static Manifest read(byte[] bytes) throws IOException, BackupException {
    Map<String, Object> json = JSON.std.mapFrom(bytes);
    if (!Integer.valueOf(FORMAT).equals(json.get("format"))) {
      throw new BackupException("The backup was made by a later version (" + json.get("stationmaster")
          + "); restore it with that one.");
    }
    Map<String, String> files = new LinkedHashMap<>();
    ((Map<?, ?>) json.get("sha256")).forEach((name, sum) -> files.put(String.valueOf(name), String.valueOf(sum)));
    return new Manifest(String.valueOf(json.get("stationmaster")), ((Number) json.get("schema")).intValue(),
        String.valueOf(json.get("created")), files);
  }
}
