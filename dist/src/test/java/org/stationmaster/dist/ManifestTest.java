package org.stationmaster.dist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.stationmaster.Client;

/** The manifests for compose and Kubernetes: what they say to the engine agrees with what they say to the server. */
class ManifestTest {
  private static final Path CONTAINER = Path.of("target/stationmaster/container");
  private static final String LAUNCHER = Path.of("target/stationmaster/bin/stationmaster").toAbsolutePath().toString();

  @TempDir
  Path folder;

  @Test
  void composePublishesWhatTheServerOpensAndWaitsForTransfers() throws Exception {
    Object file = documents("compose.yaml").getFirst();
    Object service = at(file, "services", "stationmaster");
    Map<String, String> environment = texts(at(service, "environment"));
    String passive = environment.get("STATIONMASTER_FTP_PASSIVE_PORTS");
    assertEquals(List.of("22:22", "21:21", "990:990", passive + ":" + passive), at(service, "ports"));
    assertEquals(true, at(service, "read_only"));
    assertEquals(List.of("ALL"), at(service, "cap_drop"));
    assertEquals("60s", at(service, "stop_grace_period"));
    assertEquals("/run/secrets/" + ((List<?>) at(service, "secrets")).getFirst(),
        environment.get("STATIONMASTER_ACCOUNTS_BOOTSTRAP"));
    assertAccepted(environment);
  }

  @Test
  void theKubernetesServiceShowsWhatTheServerOpens() throws Exception {
    Map<Object, Object> documents = documents("kubernetes.yaml").stream()
        .collect(Collectors.toMap(document -> at(document, "kind"), document -> document));
    Object pod = at(documents.get("Deployment"), "spec", "template", "spec");
    Object container = ((List<?>) at(pod, "containers")).getFirst();

    String configuration = (String) at(documents.get("ConfigMap"), "data", "stationmaster.yaml");
    Files.writeString(Files.createDirectories(folder.resolve("home/config")).resolve("stationmaster.yaml"),
        configuration);
    String[] passive = ((String) at(yaml(configuration), "ftp", "passive-ports")).split("-");
    Stream<Integer> range = IntStream.rangeClosed(Integer.parseInt(passive[0]), Integer.parseInt(passive[1])).boxed();
    assertEquals(Stream.concat(Stream.of(22, 21, 990), range).toList(),
        ((List<?>) at(documents.get("Service"), "spec", "ports")).stream().map(port -> at(port, "port")).toList());

    Map<String, String> environment = new HashMap<>();
    ((List<?>) at(container, "env")).forEach(variable ->
        environment.put((String) at(variable, "name"), (String) at(variable, "value")));
    assertAccepted(environment);
    Path accounts = Files.writeString(folder.resolve("accounts.yaml"),
        (String) at(documents.get("Secret"), "stringData", "accounts.yaml"));
    stationmaster(Map.of(), "account", "import", accounts.toString()).succeeded();

    assertEquals(List.of("ALL"), at(container, "securityContext", "capabilities", "drop"));
    assertEquals(true, at(container, "securityContext", "readOnlyRootFilesystem"));
    assertEquals(true, at(pod, "securityContext", "runAsNonRoot"));
    assertTrue(Files.readString(CONTAINER.resolve("kubernetes.yaml")).contains("defaultMode: 0440"));
    List<Object> names = ((List<?>) at(pod, "volumes")).stream().map(volume -> at(volume, "name")).toList();
    ((List<?>) at(container, "volumeMounts")).forEach(mount -> assertTrue(names.contains(at(mount, "name"))));
    assertEquals(at(documents.get("PersistentVolumeClaim"), "metadata", "name"), at(((List<?>) at(pod, "volumes"))
        .getFirst(), "persistentVolumeClaim", "claimName"));
  }

  @Test
  void theReadmeHasTheCommandsOfTheManual() throws Exception {
    String manual = Files.readString(Path.of("manual/container.md"));
    String readme = Files.readString(Path.of("../README.md"));
    Matcher commands = Pattern.compile("```sh\\n.*?```", Pattern.DOTALL)
        .matcher(manual.substring(0, manual.indexOf("## Folders")));
    assertEquals(3, commands.results().filter(block -> readme.contains(block.group())).count());
  }

  private void assertAccepted(Map<String, String> environment) throws Exception {
    stationmaster(environment, "check-config").succeeded();
  }

  private Client.Result stationmaster(Map<String, String> environment, String... words) throws Exception {
    return Client.run(folder, environment, "", Stream.concat(Stream.of(LAUNCHER, "--home",
        folder.resolve("home").toString()), Stream.of(words)).toArray(String[]::new));
  }

  private static List<Object> documents(String file) throws Exception {
    return StreamSupport.stream(new Load(LoadSettings.builder().build())
        .loadAllFromString(Files.readString(CONTAINER.resolve(file))).spliterator(), false).toList();
  }

  private static Object yaml(String text) {
    return new Load(LoadSettings.builder().build()).loadFromString(text);
  }

  private static Map<String, String> texts(Object map) {
    return ((Map<?, ?>) map).entrySet().stream()
        .collect(Collectors.toMap(entry -> (String) entry.getKey(), entry -> (String) entry.getValue()));
  }

  /** What is there on that way through maps. */
  private static Object at(Object node, String... way) {
    Object found = node;
    for (String key : way) {
      found = ((Map<?, ?>) found).get(key);
    }
    return found;
  }
}
