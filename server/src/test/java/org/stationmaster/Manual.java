package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The generated pages of the manual. {@code mvn test -Dstationmaster.write-references=true} writes them anew. */
public final class Manual {
  private static final Path FOLDER = Path.of("../dist/manual");

  private Manual() {
  }

  /** The committed page equals what the code says now. */
  public static void assertPage(String name, String expected) throws IOException {
    assertFile(FOLDER.resolve(name), expected);
  }

  /** The same for any other file that is generated. */
  public static void assertFile(Path page, String expected) throws IOException {
    if (Boolean.getBoolean("stationmaster.write-references")) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, expected);
    }
    assertEquals(expected, Files.exists(page) ? Files.readString(page) : "",
        page + " is out of date; mvn test -Dstationmaster.write-references=true writes it anew");
  }
}
