package org.stationmaster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A table of clients and what each can do: every cell is a real program against a real server. */
@Timeout(120)
class ClientInteropTest {
  /** What clients can do with files; each begins with a file of {@link #CONTENT}, here or there. */
  private enum Feature {
    UPLOAD, DOWNLOAD, LIST, RENAME, REMOVE, APPEND
  }

  private static final Set<Feature> ALL = EnumSet.allOf(Feature.class);
  private static final Set<Feature> COPIES = EnumSet.of(Feature.UPLOAD, Feature.DOWNLOAD);
  private static final String LOCAL = "local.dat";
  private static final String REMOTE = "remote.dat";
  private static final byte[] CONTENT = new byte[300_007];

  static {
    new Random(7).nextBytes(CONTENT);
  }

  /** A program that speaks SFTP or SCP. It logs in by password, uploads {@value #LOCAL} and fetches back.dat. */
  private enum Program {
    OPENSSH_SFTP(EnumSet.complementOf(EnumSet.of(Feature.APPEND)), "sftp", "sshpass") {
      @Override
      void perform(Run run, Feature feature) throws Exception {
        run.withInput(switch (feature) {
          case UPLOAD -> "put local.dat remote.dat\n";
          case DOWNLOAD -> "get remote.dat back.dat\n";
          case LIST -> "ls -l\n";
          case RENAME -> "rename remote.dat renamed.dat\n";
          case REMOVE -> "rm remote.dat\n";
          case APPEND -> throw new AssertionError("sftp cannot append");
        }, "sshpass", "-p", ServerUnderTest.PASSWORD, "sftp", "-q", "-F", "/dev/null", "-o",
            "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + run.server.knownHosts(), "-o", "BatchMode=no",
            "-o", "PreferredAuthentications=password", "-b", "-", "-P", run.port(), run.account());
      }
    },
    OPENSSH_SCP(COPIES, "scp", "sshpass") {
      @Override
      void perform(Run run, Feature feature) throws Exception {
        String remote = run.account() + ":" + REMOTE;
        run.now("sshpass", "-p", ServerUnderTest.PASSWORD, "scp", "-O", "-q", "-F", "/dev/null", "-o",
            "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + run.server.knownHosts(), "-P", run.port(),
            feature == Feature.UPLOAD ? LOCAL : remote, feature == Feature.UPLOAD ? remote : "back.dat");
      }
    },
    DROPBEAR_AS_TRANSPORT(EnumSet.of(Feature.UPLOAD, Feature.DOWNLOAD, Feature.LIST), "sftp", "dbclient") {
      @Override
      void perform(Run run, Feature feature) throws Exception {
        Path script = Files.writeString(run.folder.resolve("dbclient-y"), "#!/bin/sh\nexec dbclient -y -y \"$@\"\n");
        assertTrue(script.toFile().setExecutable(true));
        run.withInput(switch (feature) {
          case UPLOAD -> "put local.dat remote.dat\n";
          case DOWNLOAD -> "get remote.dat back.dat\n";
          default -> "ls -l\n";
        }, "sftp", "-q", "-S", script.toString(), "-b", "-", "-P", run.port(), run.account());
      }
    },
    PARAMIKO(ALL, "/usr/bin/python3") {
      @Override
      void perform(Run run, Feature feature) throws Exception {
        run.python("paramiko", """
            import paramiko, sys
            transport = paramiko.Transport(("127.0.0.1", int(sys.argv[1])))
            transport.connect(username=sys.argv[2], password=sys.argv[3])
            sftp = paramiko.SFTPClient.from_transport(transport)
            %s
            transport.close()
            """, switch (feature) {
              case UPLOAD -> "sftp.put('local.dat', 'remote.dat')";
              case DOWNLOAD -> "sftp.get('remote.dat', 'back.dat')";
              case LIST -> "print([e.longname for e in sftp.listdir_attr('.')])";
              case RENAME -> "sftp.posix_rename('remote.dat', 'renamed.dat')";
              case REMOVE -> "sftp.remove('remote.dat')";
              case APPEND -> "f = sftp.open('remote.dat', 'a'); f.write(open('local.dat', 'rb').read()); f.close()";
            });
      }
    },
    ASYNCSSH(ALL, "/usr/bin/python3") {
      @Override
      void perform(Run run, Feature feature) throws Exception {
        run.python("asyncssh", """
            import asyncio, asyncssh, sys
            async def main():
              async with asyncssh.connect("127.0.0.1", int(sys.argv[1]), username=sys.argv[2], password=sys.argv[3],
                  known_hosts=None, client_keys=None, config=None) as connection:
                async with connection.start_sftp_client() as sftp:
                  %s
            asyncio.run(main())
            """, switch (feature) {
              case UPLOAD -> "await sftp.put('local.dat', 'remote.dat')";
              case DOWNLOAD -> "await sftp.get('remote.dat', 'back.dat')";
              case LIST -> "print([e.longname for e in await sftp.readdir('.')])";
              case RENAME -> "await sftp.posix_rename('remote.dat', 'renamed.dat')";
              case REMOVE -> "await sftp.remove('remote.dat')";
              case APPEND -> "f = await sftp.open('remote.dat', 'ab')\n"
                  + "      await f.write(open('local.dat', 'rb').read())\n      await f.close()";
            });
      }
    },
    ASYNCSSH_SCP(COPIES, "/usr/bin/python3") {
      @Override
      void perform(Run run, Feature feature) throws Exception {
        run.python("asyncssh", """
            import asyncio, asyncssh, sys
            async def main():
              async with asyncssh.connect("127.0.0.1", int(sys.argv[1]), username=sys.argv[2], password=sys.argv[3],
                  known_hosts=None, client_keys=None, config=None) as connection:
                  await asyncssh.scp(%s)
            asyncio.run(main())
            """, feature == Feature.UPLOAD ? "'local.dat', (connection, 'remote.dat')"
                : "(connection, 'remote.dat'), 'back.dat'");
      }
    },
    RCLONE(EnumSet.complementOf(EnumSet.of(Feature.APPEND)), "rclone") {
      @Override
      void perform(Run run, Feature feature) throws Exception {
        List<String> command = new ArrayList<>(List.of("rclone", "--config", "", "--sftp-host", "127.0.0.1",
            "--sftp-port", run.port(), "--sftp-user", ServerUnderTest.ACCOUNT, "--sftp-pass",
            run.obscured(ServerUnderTest.PASSWORD)));
        command.addAll(switch (feature) {
          case UPLOAD -> List.of("copyto", LOCAL, ":sftp:" + REMOTE);
          case DOWNLOAD -> List.of("copyto", ":sftp:" + REMOTE, "back.dat");
          case LIST -> List.of("lsl", ":sftp:");
          case RENAME -> List.of("moveto", ":sftp:" + REMOTE, ":sftp:renamed.dat");
          case REMOVE -> List.of("deletefile", ":sftp:" + REMOTE);
          case APPEND -> throw new AssertionError("rclone cannot append");
        });
        run.now(command.toArray(String[]::new));
      }
    },
    SSHFS(ALL, "sshfs", "fusermount3") {
      @Override
      void perform(Run run, Feature feature) throws Exception {
        Path mount = Files.createDirectories(run.folder.resolve("mount"));
        // A container or a plain user may lack the right to mount, which says nothing about the server.
        assumeTrue(Files.isWritable(Path.of("/dev/fuse")) && run.canMount(), "FUSE cannot be mounted here");
        Client.Result mounted = Client.run(run.folder, Map.of(), ServerUnderTest.PASSWORD + "\n", "sshfs", "-p",
            run.port(), "-o", "password_stdin,StrictHostKeyChecking=yes,UserKnownHostsFile=" + run.server.knownHosts(),
            run.account() + ":", mount.toString());
        mounted.succeeded();
        try {
          run.now("sh", "-ec", switch (feature) {
            case UPLOAD -> "cp local.dat mount/remote.dat";
            case DOWNLOAD -> "cp mount/remote.dat back.dat";
            case LIST -> "ls -l mount; df mount";
            case RENAME -> "mv mount/remote.dat mount/renamed.dat";
            case REMOVE -> "rm mount/remote.dat";
            case APPEND -> "cat local.dat >> mount/remote.dat";
          });
        } finally {
          Client.run(run.folder, "fusermount3", "-u", mount.toString());
        }
      }
    };

    private final Set<Feature> features;
    private final String[] needed;

    Program(Set<Feature> features, String... needed) {
      this.features = features;
      this.needed = needed;
    }

    abstract void perform(Run run, Feature feature) throws Exception;
  }

  /** One cell. */
  private static final class Run {
    private final ServerUnderTest server;
    private final Path folder;
    private String output = "";

    Run(ServerUnderTest server, Path folder) {
      this.server = server;
      this.folder = folder;
    }

    String port() {
      return String.valueOf(server.port("sftp-1"));
    }

    String account() {
      return ServerUnderTest.ACCOUNT + "@127.0.0.1";
    }

    void now(String... command) throws Exception {
      withInput("", command);
    }

    void withInput(String input, String... command) throws Exception {
      output = Client.run(folder, Map.of("DROPBEAR_PASSWORD", ServerUnderTest.PASSWORD, "PYTHONWARNINGS", "ignore"),
          input, command).succeeded().output();
    }

    void python(String module, String program, String statement) throws Exception {
      String python = "/usr/bin/python3";
      boolean isThere = Client.run(folder, python, "-W", "ignore", "-c", "import " + module).exitCode() == 0;
      Client.needsThat(isThere, "the Python module " + module);
      Path script = Files.writeString(folder.resolve("client.py"), program.formatted(statement));
      now(python, "-W", "ignore", script.toString(), port(), ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD);
    }

    String obscured(String password) throws Exception {
      return Client.run(folder, "rclone", "obscure", password).succeeded().output().lines().toList().getLast();
    }

    boolean canMount() throws Exception {
      return Client.run(folder, "unshare", "--mount", "true").exitCode() == 0;
    }
  }

  @TempDir
  private static Path folder;
  private static ServerUnderTest server;

  @BeforeAll
  static void start() throws Exception {
    server = ServerUnderTest.start(folder.resolve("home"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  static Stream<Arguments> table() {
    return Stream.of(Program.values())
        .flatMap(program -> program.features.stream().map(feature -> Arguments.of(program, feature)));
  }

  @ParameterizedTest
  @MethodSource("table")
  void everyClientDoesWhatItCan(Program program, Feature feature) throws Exception {
    Client.needs(program.needed);
    Path here = Files.createDirectories(folder.resolve(program + "-" + feature));
    Files.write(here.resolve(LOCAL), CONTENT);
    Path remote = Files.createDirectories(server.data()).resolve(REMOTE);
    Path renamed = server.data().resolve("renamed.dat");
    Files.deleteIfExists(renamed);
    Files.deleteIfExists(remote);
    if (feature != Feature.UPLOAD) {
      Files.write(remote, CONTENT);
    }
    Run run = new Run(server, here);
    program.perform(run, feature);
    // Publishing by a mount goes on behind the program's back until it is unmounted.
    server.awaitNoSessions();
    switch (feature) {
      case UPLOAD -> assertArrayEquals(CONTENT, Files.readAllBytes(remote));
      case DOWNLOAD -> assertArrayEquals(CONTENT, Files.readAllBytes(here.resolve("back.dat")));
      case LIST -> assertTrue(run.output.contains(REMOTE) && run.output.contains("300007"), run.output);
      case RENAME -> assertArrayEquals(CONTENT, Files.readAllBytes(renamed));
      case REMOVE -> assertTrue(Files.notExists(remote));
      case APPEND -> assertEquals(2L * CONTENT.length, Files.size(remote));
    }
  }
}
