package org.stationmaster.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The bill of materials says what is shipped, and somebody has looked at what is known against it. */
class BillOfMaterialsTest {
  private static final Path APP = Path.of("target/stationmaster");
  private static final Path ADVISORIES = Path.of("package/advisories.txt");
  private static final String OURS = "stationmaster-server";

  private record Component(String group, String name, String version, String sha256, boolean hasLicence) {
    String library() {
      return group + ":" + name;
    }

    String jar() {
      return name + "-" + version + ".jar";
    }
  }

  @Test
  void itNamesEveryJarThatIsShippedAndNoOther() throws Exception {
    Set<String> shipped = new TreeSet<>();
    for (Path jar : jars()) {
      shipped.add(jar.getFileName().toString());
    }
    assertEquals(shipped, libraries().stream().map(Component::jar).collect(Collectors.toCollection(TreeSet::new)));
    assertTrue(libraries().stream().allMatch(Component::hasLicence), libraries().toString());
  }

  @Test
  void theHashesAreThoseOfTheJars() throws Exception {
    Map<String, String> shipped = new TreeMap<>();
    for (Path jar : jars()) {
      shipped.put(jar.getFileName().toString(),
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar))));
    }
    Map<String, String> told = new TreeMap<>();
    libraries().forEach(library -> told.put(library.jar(), library.sha256()));
    assertEquals(shipped, told);
  }

  @Test
  void theRuntimeIsAComponentWithItsVersion() throws Exception {
    String release = Files.readString(APP.resolve("runtime/release"));
    List<Component> runtime = components().stream().filter(component -> component.name().equals("java-runtime"))
        .toList();
    assertEquals(1, runtime.size(), runtime.toString());
    assertTrue(release.contains("JAVA_VERSION=\"" + runtime.getFirst().version() + "\""), release);
  }

  @Test
  void everyLibraryHasBeenLookedAtInTheVersionThatIsShipped() throws Exception {
    List<String> shipped = libraries().stream().filter(library -> !library.name().equals(OURS))
        .map(library -> library.library() + " " + library.version()).sorted().toList();
    assertEquals(shipped, lines("looked-at").stream().sorted().toList());
    assertEquals(1, lines("as-of").size());
    LocalDate.parse(lines("as-of").getFirst());
  }

  @Test
  void noAdvisoryConcernsWhatIsShippedWithoutAReasonWhyItDoesNoHarm() throws Exception {
    Map<String, Version> shipped = new TreeMap<>();
    libraries().forEach(library -> shipped.put(library.library(), Version.parse(library.version())));
    Set<String> concerned = new TreeSet<>();
    for (String line : lines("advisory")) {
      String[] words = line.split(", ", 2)[0].split(" ");
      assertEquals(4, words.length, line);
      assertTrue(line.contains(", "), "it does not say what is wrong: " + line);
      Version version = shipped.get(words[0]);
      assertTrue(version != null, "is not shipped: " + line);
      boolean isFrom = words[2].equals("-") || version.compareTo(Version.parse(words[2])) >= 0;
      boolean isBefore = words[3].equals("-") || version.compareTo(Version.parse(words[3])) < 0;
      if (isFrom && isBefore) {
        concerned.add(words[0] + " " + words[1]);
      }
    }
    Set<String> harmless = new TreeSet<>();
    for (String line : lines("harmless")) {
      String[] parts = line.split(", ", 2);
      assertTrue(parts.length == 2 && parts[1].length() > 20, "it does not say why: " + line);
      harmless.add(parts[0]);
    }
    assertEquals(concerned, harmless);
  }

  @Test
  void noAdvisoryStandsThereTwice() throws Exception {
    Set<String> seen = new HashSet<>();
    List<String> twice = lines("advisory").stream().map(line -> line.split(" ")[0] + " " + line.split(" ")[1])
        .filter(advisory -> !seen.add(advisory)).toList();
    assertEquals(List.of(), twice);
  }

  /** What stands behind that word. */
  private static List<String> lines(String word) throws IOException {
    return Files.readAllLines(ADVISORIES).stream().filter(line -> line.startsWith(word + " "))
        .map(line -> line.substring(word.length() + 1)).toList();
  }

  private static List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.list(APP.resolve("lib"))) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
  }

  private static List<Component> libraries() throws IOException {
    return components().stream().filter(component -> !component.name().equals("java-runtime")).toList();
  }

  private static List<Component> components() throws IOException {
    Map<?, ?> bill = JSON.std.mapFrom(Files.readString(APP.resolve("stationmaster.cdx.json")));
    assertEquals("CycloneDX", bill.get("bomFormat"));
    List<Component> components = new ArrayList<>();
    for (Object entry : (List<?>) bill.get("components")) {
      Map<?, ?> component = (Map<?, ?>) entry;
      String sha256 = "";
      if (component.get("hashes") instanceof List<?> hashes) {
        sha256 = hashes.stream().map(hash -> (Map<?, ?>) hash).filter(hash -> hash.get("alg").equals("SHA-256"))
            .map(hash -> hash.get("content").toString()).findFirst().orElseThrow();
      }
      components.add(new Component(String.valueOf(component.get("group")), component.get("name").toString(),
          component.get("version").toString(), sha256, component.get("licenses") != null));
    }
    return components;
  }
}
