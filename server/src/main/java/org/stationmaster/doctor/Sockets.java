package org.stationmaster.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The sockets of this host on which somebody listens, and who that is (proc_pid_fd(5), /proc/net/tcp). */
final class Sockets {
  private static final String LISTEN = "0A";
  private static final Pattern UNIT = Pattern.compile("/([A-Za-z0-9@_.-]+)\\.service(?:/|$)", Pattern.MULTILINE);

  private final List<Listening> listening = new ArrayList<>();

  /**
   * A socket that accepts connections.
   *
   * @param address where; the wildcard for everywhere
   * @param port its port
   * @param user the number of its user
   * @param inode by which processes have it
   */
  record Listening(InetAddress address, int port, int user, String inode) {
    /** Whether a listener at {@code wanted} would be in its way. */
    boolean isInTheWayOf(InetAddress wanted) {
      return address.isAnyLocalAddress() || wanted.isAnyLocalAddress() || address.equals(wanted);
    }

    /** The process that has it; none if its user hides it from us. */
    Optional<Owner> owner() {
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
        for (Path process : processes) {
          if (has(process)) {
            return Optional.of(Owner.of(process));
          }
        }
      } catch (IOException expected) {
        // No such folder on this system.
      }
      return Optional.empty();
    }

    private boolean has(Path process) {
      String link = "socket:[" + inode + "]";
      try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
        for (Path descriptor : descriptors) {
          if (Files.readSymbolicLink(descriptor).toString().equals(link)) {
            return true;
          }
        }
      } catch (IOException expected) {
        // Of another user, or just ended.
      }
      return false;
    }
  }

  /**
   * A process.
   *
   * @param pid its number
   * @param name of its program
   * @param unit of systemd, without {@code .service}
   */
  record Owner(long pid, String name, Optional<String> unit) {
    private static Owner of(Path process) {
      Matcher unit = UNIT.matcher(Kernel.text(process + "/cgroup").orElse(""));
      return new Owner(Long.parseLong(process.getFileName().toString()),
          Kernel.text(process + "/comm").orElse("?").strip(), unit.find() ? Optional.of(unit.group(1))
              : Optional.empty());
    }

    /** A command that ends it. */
    String stop() {
      return unit.map(name -> "sudo systemctl disable --now " + name).orElse("kill " + pid);
    }

    @Override
    public String toString() {
      return name + " (process " + pid + ")";
    }
  }

  private Sockets() {
  }

  /** As they are now; none where the system does not tell. */
  static Sockets now() {
    Sockets sockets = new Sockets();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      Kernel.text(table).ifPresent(text -> text.lines().skip(1).forEach(sockets::take));
    }
    return sockets;
  }

  private void take(String line) {
    String[] columns = line.strip().split("\\s+");
    if (columns.length > 9 && columns[3].equals(LISTEN)) {
      String[] local = columns[1].split(":");
      try {
        listening.add(new Listening(address(local[0]), Integer.parseInt(local[1], 16), Integer.parseInt(columns[7]),
            columns[9]));
      } catch (UnknownHostException e) {
        throw new IllegalStateException("the kernel writes 4 or 16 bytes, not " + local[0], e);
      }
    }
  }

  /** Words of 32 bits, each in the order of this processor, which is little-endian wherever we run. */
  private static InetAddress address(String hex) throws UnknownHostException {
    byte[] words = HexFormat.of().parseHex(hex);
    byte[] bytes = new byte[words.length];
    for (int i = 0; i < words.length; i++) {
      bytes[i] = words[i - i % 4 + 3 - i % 4];
    }
    return InetAddress.getByAddress(bytes);
  }

  List<Listening> all() {
    return listening;
  }

  /** Who is in the way of a listener there. */
  Optional<Listening> on(InetAddress address, int port) {
    return listening.stream().filter(one -> one.port() == port && one.isInTheWayOf(address)).findFirst();
  }
}
