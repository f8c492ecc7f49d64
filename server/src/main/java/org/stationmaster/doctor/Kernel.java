package org.stationmaster.doctor;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What Linux says in its files below {@code /proc}; other systems say nothing there. */
final class Kernel {
  private Kernel() {
  }

  /** The text of a file, if it is there and may be read. */
  static Optional<String> text(String path) {
    // Settings of the kernel come whole with the first read or not at all, and Files.readString begins with one byte.
    try (FileInputStream in = new FileInputStream(path)) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
    } catch (IOException expected) {
      return Optional.empty();
    }
  }

  /** A setting of the kernel by its name, {@code net.ipv4.ip_local_port_range}. */
  static Optional<String> setting(String name) {
    return text("/proc/sys/" + name.replace('.', '/')).map(String::strip);
  }

  /** The value behind the colon in {@code /proc/PID/FILE}. */
  static Optional<String> field(String file, String field) {
    return text(file).flatMap(text -> text.lines().filter(line -> line.startsWith(field)).findFirst())
        .map(line -> line.substring(field.length()).strip());
  }
}
