package org.stationmaster.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.stationmaster.config.Configuration;
import org.stationmaster.config.ConfigurationReference;
import org.stationmaster.config.ConfigurationSource;
import org.stationmaster.config.EffectiveConfiguration;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.config.PathSettings;

/**
 * The installation that a command works on. A command gets it by its constructor and may use it from the time it is
 * called, when the options have been read.
 */
final class Installation {
  static final String PRIVATE = "rwx------";
  static final String SHARED = "rwxr-x---";

  private final Terminal terminal;
  private final Supplier<CommonOptions> options;
  private Optional<EffectiveConfiguration> loaded = Optional.empty();

  Installation(Terminal terminal, Supplier<CommonOptions> options) {
    this.terminal = terminal;
    this.options = options;
  }

  /** What every command can be told. */
  record CommonOptions(Optional<Path> home, List<String> overrides) {
  }

  /** Where everything of it is by default: {@code --home}, else STATIONMASTER_HOME, else what the launcher says. */
  Path home() {
    return options.get().home()
        .or(() -> Optional.ofNullable(environment().get("STATIONMASTER_HOME")).filter(home -> !home.isBlank())
            .map(Path::of))
        .or(() -> Optional.ofNullable(System.getProperty("stationmaster.home")).map(Path::of))
        .orElse(Path.of("")).toAbsolutePath().normalize();
  }

  /** Where its configuration is read from, for those who read it more than once. */
  ConfigurationSource source() {
    return new ConfigurationSource(home(), options.get().overrides(), environment());
  }

  /** The same with further overrides, which count less than those of the command line. */
  ConfigurationSource source(List<String> further) {
    List<String> overrides = new ArrayList<>(further);
    overrides.addAll(options.get().overrides());
    return new ConfigurationSource(home(), overrides, environment());
  }

  /** The configuration with the origin of each value; read once. */
  EffectiveConfiguration effective() throws InvalidConfiguration {
    if (loaded.isEmpty()) {
      loaded = Optional.of(source().load());
    }
    return loaded.get();
  }

  /** The configuration; read once. */
  Configuration configuration() throws InvalidConfiguration {
    return effective().configuration();
  }

  /** Creates the folders and the commented configuration file where they are missing; changes nothing that exists. */
  void prepare() throws InvalidConfiguration, IOException {
    PathSettings paths = configuration().paths();
    createHome(paths.home());
    createFolder(paths.config(), SHARED);
    createFolder(paths.keys(), PRIVATE);
    createFolder(paths.data(), SHARED);
    createFolder(paths.state(), PRIVATE);
    createFolder(paths.logs(), PRIVATE);
    createDefaultFile(paths.config().resolve(ConfigurationSource.FILE_NAME));
  }

  InputStream in() {
    return terminal.in();
  }

  PrintStream out() {
    return terminal.out();
  }

  PrintStream err() {
    return terminal.err();
  }

  Map<String, String> environment() {
    return terminal.environment();
  }

  /** Asks for a secret, if there is a person. */
  Optional<Terminal.Prompt> prompt() {
    return terminal.prompt();
  }

  /** Everybody may pass through it to what is open to them, and nobody may put something else in a folder's place. */
  static void createHome(Path home) throws IOException {
    createFolder(home, "rwxr-xr-x");
  }

  static void createFolder(Path folder, String mode) throws IOException {
    Files.createDirectories(folder, mode(folder, mode));
  }

  private static FileAttribute<?>[] mode(Path file, String mode) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))}
        : new FileAttribute<?>[0];
  }

  private static void createDefaultFile(Path file) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    try (SeekableByteChannel channel = Files.newByteChannel(file,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode(file, "rw-r-----"))) {
      channel.write(ByteBuffer.wrap(ConfigurationReference.defaultFile().getBytes(StandardCharsets.UTF_8)));
    } catch (FileAlreadyExistsException | AccessDeniedException | ReadOnlyFileSystemException ignored) {
      // Another command was faster, or the folder is mounted read-only: the file only holds comments.
    }
  }
}
