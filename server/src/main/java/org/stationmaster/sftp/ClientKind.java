package org.stationmaster.sftp;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a client is, by the software version in its identification (RFC 4253 section 4.2).
 *
 * @param mark what it begins with, in lower case
 * @param words for a person who has to find it
 */
record ClientKind(String mark, String words) {
  private static final String PREFIX = "ssh-2.0-";

  /** The first that fits counts. */
  private static final List<ClientKind> KNOWN = Stream.of(
      "libssh2|libssh2: Campbell Scientific loggers, curl, PHP",
      "libssh-|libssh",
      "libssh_|libssh",
      "openssh_for_windows|OpenSSH of Windows",
      "openssh|OpenSSH",
      "putty|PuTTY or a program made of it",
      "winscp|WinSCP",
      "filezilla|FileZilla",
      "dropbear|Dropbear: small Linux devices, routers and modems",
      "jsch|JSch, in Java programs",
      "sshj|sshj, in Java programs",
      "apache-sshd|Apache MINA SSHD, in Java programs",
      "ganymed|Ganymed, in Java programs",
      "trilead|Trilead, in Java programs",
      "maverick|Maverick, in Java programs",
      "paramiko|paramiko, in Python programs",
      "asyncssh|AsyncSSH, in Python programs",
      "twisted|Twisted, in Python programs",
      "go|Go's x/crypto/ssh: rclone and other programs",
      "rclone|rclone",
      "renci.sshnet|SSH.NET, in .NET programs",
      "wolfssh|wolfSSH, in embedded devices",
      "mocana|Mocana, in embedded devices",
      "cisco|a Cisco device",
      "ipssh|an embedded device with IPSSH",
      "rosssh|a MikroTik router",
      "securecrt|SecureCRT or SecureFX",
      "wrq|Reflection",
      "nmap|a scanner",
      "zgrab|a scanner",
      "ssh-audit|ssh-audit").map(row -> row.split("\\|", 2)).map(row -> new ClientKind(row[0], row[1])).toList();

  /** What is known of a client with that identification; empty if nothing. */
  static String of(String identification) {
    String ident = identification.toLowerCase(Locale.ROOT);
    String software = ident.startsWith(PREFIX) ? ident.substring(PREFIX.length()) : ident;
    return KNOWN.stream().filter(kind -> software.startsWith(kind.mark())).map(ClientKind::words).findFirst()
        .orElse("");
  }
}
