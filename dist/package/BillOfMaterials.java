/*
 * Writes the bill of materials in CycloneDX 1.6, the same bytes for the same libraries:
 *   java package/BillOfMaterials.java REPOSITORY VERSION TIME CLASS-PATH FILE
 * REPOSITORY is Maven's on this machine, from whose layout and POMs come names and licences; CLASS-PATH what is shipped,
 * in which a jar that is not in the repository is our own.
 */
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** By a word that occurs in the name or address of a licence. */
static final Map<String, String> SPDX = Map.of("apache", "Apache-2.0", "mit", "MIT", "epl", "EPL-2.0", "lgpl",
    "LGPL-2.1-only", "bouncy castle", "MIT");

record Coordinates(String group, String name, String version) {
  String purl() {
    return "pkg:maven/" + group + "/" + name + "@" + version + "?type=jar";
  }

  Path pom(Path repository) {
    return repository.resolve(group.replace('.', '/')).resolve(name).resolve(version)
        .resolve(name + "-" + version + ".pom");
  }
}

void main(String[] words) throws Exception {
  Path repository = Path.of(words[0]).toRealPath();
  String version = words[1];
  List<String> components = new ArrayList<>();
  for (String entry : words[3].split(File.pathSeparator)) {
    if (!entry.endsWith(".jar")) {
      continue;
    }
    Path jar = Path.of(entry).toRealPath();
    boolean isOurs = !jar.startsWith(repository);
    Coordinates coordinates = isOurs ? new Coordinates("org.stationmaster", "stationmaster-server", version)
        : coordinates(repository.relativize(jar));
    List<String> licences = isOurs ? List.of("Apache-2.0") : licences(coordinates, repository);
    components.add(component(coordinates, licences, jar));
  }
  components.sort(null);
  Files.writeString(Path.of(words[4]), """
      {
        "bomFormat" : "CycloneDX",
        "specVersion" : "1.6",
        "version" : 1,
        "metadata" : {
          "timestamp" : "%s",
          "component" : {
            "type" : "application",
            "bom-ref" : "stationmaster",
            "group" : "org.stationmaster",
            "name" : "stationmaster",
            "version" : "%s",
            "description" : "Receives files from field data loggers over SFTP, FTP and FTPS.",
            "licenses" : [ { "license" : { "id" : "Apache-2.0" } } ]
          }
        },
        "components" : [
      %s
        ]
      }
      """.formatted(words[2], version, String.join(",\n", components)));
}

/** From {@code org/slf4j/slf4j-api/2.0.20/slf4j-api-2.0.20.jar}. */
static Coordinates coordinates(Path jar) {
  int names = jar.getNameCount();
  return new Coordinates(jar.subpath(0, names - 3).toString().replace(File.separatorChar, '.'),
      jar.getName(names - 3).toString(), jar.getName(names - 2).toString());
}

/** As its POM has them, or the nearest of its parents that has any. */
static List<String> licences(Coordinates coordinates, Path repository) throws Exception {
  Document pom = DocumentBuilderFactory.newInstance().newDocumentBuilder()
      .parse(coordinates.pom(repository).toFile());
  List<String> licences = new ArrayList<>();
  for (Element licence : children(child(pom.getDocumentElement(), "licenses"))) {
    licences.add(spdx(text(licence, "name") + " " + text(licence, "url")));
  }
  Element parent = child(pom.getDocumentElement(), "parent");
  if (!licences.isEmpty()) {
    return licences;
  }
  if (parent == null) {
    throw new IllegalStateException(coordinates + " has no licence");
  }
  return licences(new Coordinates(text(parent, "groupId"), text(parent, "artifactId"), text(parent, "version")),
      repository);
}

static String spdx(String licence) {
  String words = licence.toLowerCase(Locale.ROOT);
  return SPDX.entrySet().stream().filter(known -> words.matches("(?s).*\\b" + known.getKey() + "\\b.*"))
      .map(Map.Entry::getValue).min(Comparator.naturalOrder()).orElseThrow(() ->
          new IllegalStateException("what is the SPDX identifier of \"" + licence + "\"?"));
}

static String component(Coordinates coordinates, List<String> licences, Path jar) throws Exception {
  String alternatives = String.join(" OR ", licences);
  return """
          {
            "type" : "library",
            "bom-ref" : "%1$s",
            "group" : "%2$s",
            "name" : "%3$s",
            "version" : "%4$s",
            "hashes" : [
              { "alg" : "SHA-256", "content" : "%5$s" },
              { "alg" : "SHA-512", "content" : "%6$s" }
            ],
            "licenses" : [ { %7$s } ],
            "purl" : "%1$s"
          }""".formatted(coordinates.purl(), coordinates.group(), coordinates.name(), coordinates.version(),
      hash("SHA-256", jar), hash("SHA-512", jar), licences.size() == 1
          ? "\"license\" : { \"id\" : \"" + alternatives + "\" }" : "\"expression\" : \"" + alternatives + "\"")
      .indent(4).stripTrailing();
}

static String hash(String algorithm, Path file) throws Exception {
  return HexFormat.of().formatHex(java.security.MessageDigest.getInstance(algorithm).digest(Files.readAllBytes(file)));
}

static List<Element> children(Element element) {
  List<Element> children = new ArrayList<>();
  for (Node node = element == null ? null : element.getFirstChild(); node != null; node = node.getNextSibling()) {
    if (node instanceof Element child) {
      children.add(child);
    }
  }
  return children;
}

static Element child(Element element, String name) {
  return children(element).stream().filter(child -> child.getTagName().equals(name)).findFirst().orElse(null);
}

static String text(Element element, String name) {
  Element child = child(element, name);
  return child == null ? "" : child.getTextContent().strip();
}
