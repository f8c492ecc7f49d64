package org.stationmaster.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
  @TempDir
  private Path folder;

  @Test
  void aSecretFileIsForItsOwnerWhateverTheUmask() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path file = folder.resolve("secret");
    new Tool("sh").run("-c", "umask 000; exec \"$@\"", "sh", java, "-cp", System.getProperty("java.class.path"),
        Create.class.getName(), file);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals("secret", Files.readString(file));
  }

  /** Runs under another umask. */
  static final class Create {
    private Create() {
    }

    public static void main(String[] arguments) throws IOException {
      SecretFile.create(Path.of(arguments[0]), "secret".getBytes());
    }
  }

  @Test
  void aFileThatExistsIsNeverReplacedAndNothingIsLeftBehind() throws Exception {
    Path file = folder.resolve("secret");
    SecretFile.create(file, "first".getBytes());
    assertThrows(FileAlreadyExistsException.class, () -> SecretFile.create(file, "second".getBytes()));
    assertEquals("first", Files.readString(file));
    assertOnly(file);
  }

  @Test
  void ofManyCreatorsAtOnceExactlyOneWins() throws Exception {
    Path file = folder.resolve("secret");
    List<Callable<Boolean>> creators = IntStream.range(0, 20).<Callable<Boolean>>mapToObj(i -> () -> {
      try {
        SecretFile.create(file, new byte[] {(byte) i});
        return true;
      } catch (FileAlreadyExistsException _) {
        return false;
      }
    }).toList();
    int winners = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> creator : threads.invokeAll(creators)) {
        winners += creator.get() ? 1 : 0;
      }
    }
    assertEquals(1, winners);
    assertOnly(file);
  }

  private void assertOnly(Path file) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }
}
