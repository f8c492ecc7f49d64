package org.stationmaster.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Events for a syslog server.
 *
 * @param name see {@link OutputSettings#name()}
 * @param selection see {@link OutputSettings#selection()}
 * @param layout what the message looks like
 * @param transport the way to the server
 * @param server where it is; not for {@link Transport#LOCAL}
 * @param localSocket the socket of the local one
 * @param version of the protocol
 * @param facility its number, 0 to 23
 * @param appName what the sender is called
 * @param structuredData the name of the element that carries the fields; none leaves them out
 * @param ca who signs the certificate of the server; none is whom the Java runtime trusts
 */
public record SyslogOutputSettings(String name, EventSelection selection, LayoutSettings layout, Transport transport,
    Optional<Server> server, Path localSocket, Version version, int facility, String appName,
    Optional<String> structuredData, Optional<Path> ca) implements OutputSettings {
  /** The way to the server. */
  public enum Transport {
    /** The socket of a server on this machine. */
    LOCAL(0),
    /** RFC 5426. */
    UDP(514),
    /** RFC 6587, with octet counting. */
    TCP(601),
    /** RFC 5425. */
    TLS(6514);

    private final int port;

    Transport(int port) {
      this.port = port;
    }

    /** Where its servers usually listen. */
    int port() {
      return port;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a message is made of. */
  public enum Version {
    /** With a full time and structured data. */
    RFC5424,
    /** What was common before. */
    RFC3164;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Where a server listens.
   *
   * @param host its name or address
   * @param port its port; 0 is the usual one
   */
  public record Server(String host, int port) {
    @Override
    public String toString() {
      String shown = host.contains(":") ? "[" + host + "]" : host;
      return port == 0 ? shown : shown + ":" + port;
    }
  }
}
