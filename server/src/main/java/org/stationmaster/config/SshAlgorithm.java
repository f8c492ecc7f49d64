package org.stationmaster.config;

import static org.stationmaster.config.AlgorithmProfile.BY_NAME;
import static org.stationmaster.config.AlgorithmProfile.LOGGER;
import static org.stationmaster.config.AlgorithmProfile.MODERN;
import static org.stationmaster.config.AlgorithmProfile.STRICT;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A row of the table of SSH algorithms: from here come the profiles, the names that the configuration may use, what is
 * offered on the wire and in which order, and the page of the manual.
 *
 * @param kind what it is for
 * @param name on the wire
 * @param profile the strongest profile that has it
 * @param strength the strongest profile with which a connection over it complies
 * @param risk what is wrong with it, as a clause; empty for what nothing is wrong with
 */
public record SshAlgorithm(Kind kind, String name, AlgorithmProfile profile, AlgorithmProfile strength,
    String risk) {
  /** What an algorithm is for; one of each is agreed on (RFC 4253 section 7.1). */
  public enum Kind {
    /** How both sides come to common keys. */
    KEY_EXCHANGE("key exchange"),
    /** How the server proves its identity, and a user who logs in by key does. */
    HOST_KEY("host key"),
    /** How what is said is hidden. */
    CIPHER("cipher"),
    /** How a change on the way is found. */
    MAC("MAC"),
    /** How what is said is made shorter. */
    COMPRESSION("compression");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** Its name in a sentence. */
    public String words() {
      return words;
    }
  }

  private static final String SHA1 = "SHA-1";
  private static final String NIST = "its curve was chosen by NIST without a reason given";
  private static final String CBC = "CBC leaks plain text to who can inject (CVE-2008-5161)";
  private static final String SMALL_BLOCK = "64-bit blocks repeat after some gigabytes (Sweet32), and " + CBC;
  private static final String RC4 = "RC4's key stream is biased";
  private static final String NOT_ETM = "the MAC is over the plain text";

  /** Every algorithm there is, by kind; what is good first, in the order of what it costs, what is weak last. */
  private static final List<SshAlgorithm> TABLE = table();

  private static List<SshAlgorithm> table() {
    List<SshAlgorithm> rows = new ArrayList<>();
    add(rows, Kind.KEY_EXCHANGE, STRICT, "", "curve25519-sha256", "curve25519-sha256@libssh.org",
        "mlkem768x25519-sha256");
    add(rows, Kind.KEY_EXCHANGE, MODERN, NIST, "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521");
    add(rows, Kind.KEY_EXCHANGE, MODERN, "2048 bits are 112 bits of strength", "diffie-hellman-group14-sha256");
    add(rows, Kind.KEY_EXCHANGE, STRICT, "", "diffie-hellman-group-exchange-sha256", "diffie-hellman-group16-sha512",
        "diffie-hellman-group18-sha512");
    add(rows, Kind.KEY_EXCHANGE, LOGGER, SHA1, "diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1");
    add(rows, Kind.KEY_EXCHANGE, LOGGER, "a state can break its 1024 bits (Logjam)", "diffie-hellman-group1-sha1");
    // Strong, but it costs the server fifteen times what the others do.
    for (String name : List.of("sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com")) {
      rows.add(new SshAlgorithm(Kind.KEY_EXCHANGE, name, BY_NAME, STRICT, ""));
    }

    add(rows, Kind.HOST_KEY, STRICT, "", "ssh-ed25519");
    add(rows, Kind.HOST_KEY, MODERN, NIST, "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521");
    add(rows, Kind.HOST_KEY, STRICT, "", "rsa-sha2-512", "rsa-sha2-256");
    add(rows, Kind.HOST_KEY, LOGGER, "signs with " + SHA1 + ", for which collisions can be bought", "ssh-rsa");
    add(rows, Kind.HOST_KEY, LOGGER, "keys of 1024 bits, signs with " + SHA1, "ssh-dss");

    add(rows, Kind.CIPHER, STRICT, "", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr",
        "aes256-ctr", "chacha20-poly1305@openssh.com");
    add(rows, Kind.CIPHER, LOGGER, CBC, "aes128-cbc", "aes192-cbc", "aes256-cbc");
    add(rows, Kind.CIPHER, LOGGER, "64-bit blocks repeat after some gigabytes (Sweet32)", "3des-ctr");
    add(rows, Kind.CIPHER, LOGGER, SMALL_BLOCK, "3des-cbc", "blowfish-cbc", "cast128-cbc");
    add(rows, Kind.CIPHER, LOGGER, RC4, "arcfour128");
    add(rows, Kind.CIPHER, LOGGER, RC4 + ", most of all at its beginning, which this one uses", "arcfour");
    add(rows, Kind.CIPHER, BY_NAME, "no encryption: everybody on the way can read", "none");

    add(rows, Kind.MAC, STRICT, "", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com");
    add(rows, Kind.MAC, MODERN, NOT_ETM, "hmac-sha2-256", "hmac-sha2-512");
    add(rows, Kind.MAC, LOGGER, SHA1, "hmac-sha1-etm@openssh.com", "hmac-sha1-96-etm@openssh.com");
    add(rows, Kind.MAC, LOGGER, SHA1 + ", and " + NOT_ETM, "hmac-sha1", "hmac-sha1-96");
    add(rows, Kind.MAC, LOGGER, "little studied", "hmac-ripemd160-etm@openssh.com");
    add(rows, Kind.MAC, LOGGER, "little studied, and " + NOT_ETM, "hmac-ripemd160", "hmac-ripemd160@openssh.com");
    add(rows, Kind.MAC, LOGGER, "MD5", "hmac-md5-etm@openssh.com", "hmac-md5-96-etm@openssh.com");
    add(rows, Kind.MAC, LOGGER, "MD5, and " + NOT_ETM, "hmac-md5", "hmac-md5-96");

    add(rows, Kind.COMPRESSION, STRICT, "", "none");
    add(rows, Kind.COMPRESSION, LOGGER, "its length tells something of what is said", "zlib@openssh.com");
    add(rows, Kind.COMPRESSION, LOGGER, "whoever connects reaches the decompressor, before any login", "zlib");
    return List.copyOf(rows);
  }

  private static void add(List<SshAlgorithm> rows, Kind kind, AlgorithmProfile profile, String risk, String... names) {
    Stream.of(names).forEach(name -> rows.add(new SshAlgorithm(kind, name, profile, profile, risk)));
  }

  /** Every algorithm there is, by kind and in the order of the offer. */
  public static List<SshAlgorithm> all() {
    return TABLE;
  }

  /** The algorithm of that kind and name. */
  public static Optional<SshAlgorithm> find(Kind kind, String name) {
    return TABLE.stream().filter(row -> row.kind() == kind && row.name().equals(name)).findFirst();
  }
}
