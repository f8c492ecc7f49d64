package org.stationmaster.durability;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import org.stationmaster.ftp.RawClient;
import org.stationmaster.sftp.RawSftp;

/**
 * A connection of a logger. Each method returns when the server has acknowledged, and throws if it has not, whether it
 * refused or the connection broke.
 */
interface Wire extends AutoCloseable {
  /** What a station speaks. */
  enum Kind {
    SFTP, FTP, FTPS_EXPLICIT, FTPS_IMPLICIT;

    /** Connects and logs in. */
    Wire connect(ServerProcess server, Path home, String account) throws IOException, GeneralSecurityException {
      return this == SFTP ? new Sftp(server.port("sftp-1"), account)
          : new Ftp(server.port(this == FTPS_IMPLICIT ? "ftps-1" : "ftp-1"), this, home.resolve("keys/ca.pem"),
              account);
    }
  }

  /** Creates or replaces a file. */
  void store(String path, byte[] content) throws IOException;

  /** Adds to the end of a file, which is created if it is missing. */
  void append(String path, byte[] content) throws IOException;

  /** Renames a file, over another one if there is one. */
  void rename(String from, String to) throws IOException;

  @Override
  void close() throws IOException;

  /** SFTP version 3: a file is acknowledged by the status of CLOSE. */
  final class Sftp implements Wire {
    private static final int OPEN = 3;
    private static final int CLOSE = 4;
    private static final int WRITE = 6;
    private static final int RENAME = 18;
    private static final int STATUS = 101;
    private static final int HANDLE = 102;
    private static final int FOR_WRITING_ANEW = 0x02 | 0x08 | 0x10;
    private static final int FOR_APPENDING = 0x02 | 0x04 | 0x08;
    private static final int BLOCK = 32_000;

    private final RawSftp client;

    Sftp(int port, String account) throws IOException {
      client = new RawSftp(port, account, ServerProcess.PASSWORD, false);
    }

    @Override
    public void store(String path, byte[] content) throws IOException {
      write(path, FOR_WRITING_ANEW, content);
    }

    /** All blocks at offset 0, as some libraries send them. */
    @Override
    public void append(String path, byte[] content) throws IOException {
      write(path, FOR_APPENDING, content);
    }

    private void write(String path, int flags, byte[] content) throws IOException {
      client.send(OPEN, body -> {
        body.writeInt(0);
        RawSftp.text(body, path);
        body.writeInt(flags);
        body.writeInt(0);
      });
      RawSftp.Answer opened = client.receive();
      if (opened.type() != HANDLE) {
        throw refused("OPEN", opened);
      }
      byte[] handle = Arrays.copyOfRange(opened.body(), 4, opened.body().length);
      int sent = 0;
      for (int at = 0; at < content.length; at += BLOCK) {
        long offset = flags == FOR_APPENDING ? 0 : at;
        byte[] block = Arrays.copyOfRange(content, at, Math.min(content.length, at + BLOCK));
        client.send(WRITE, body -> {
          body.writeInt(0);
          RawSftp.bytes(body, handle);
          body.writeLong(offset);
          RawSftp.bytes(body, block);
        });
        sent++;
      }
      client.send(CLOSE, body -> {
        body.writeInt(0);
        RawSftp.bytes(body, handle);
      });
      for (int i = 0; i <= sent; i++) {
        accepted(i < sent ? "WRITE" : "CLOSE");
      }
    }

    @Override
    public void rename(String from, String to) throws IOException {
      client.send(RENAME, body -> {
        body.writeInt(0);
        RawSftp.text(body, from);
        RawSftp.text(body, to);
      });
      accepted("RENAME");
    }

    private void accepted(String what) throws IOException {
      RawSftp.Answer answer = client.receive();
      if (answer.type() != STATUS || answer.number() != 0) {
        throw refused(what, answer);
      }
    }

    private static IOException refused(String what, RawSftp.Answer answer) {
      return new IOException(what + " was answered " + answer.type() + " "
          + new String(answer.body(), StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() {
      client.close();
    }
  }

  /** FTP in passive mode, with TLS or without: a file is acknowledged by 226, a rename by 250. */
  final class Ftp implements Wire {
    private static final String TLS = "TLSv1.3";

    private final RawClient client;
    private final boolean isSecure;

    Ftp(int port, Kind kind, Path ca, String account) throws IOException, GeneralSecurityException {
      client = new RawClient(port);
      isSecure = kind != Kind.FTP;
      if (kind == Kind.FTPS_IMPLICIT) {
        secure(ca);
      }
      expect("220", client.reply());
      if (kind == Kind.FTPS_EXPLICIT) {
        expect("234", client.say("AUTH TLS"));
        secure(ca);
      }
      if (isSecure) {
        expect("200", client.say("PBSZ 0"));
        expect("200", client.say("PROT P"));
      }
      expect("331", client.say("USER " + account));
      expect("230", client.say("PASS " + ServerProcess.PASSWORD));
    }

    private void secure(Path ca) throws IOException, GeneralSecurityException {
      try (InputStream in = Files.newInputStream(ca)) {
        client.secure((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in), TLS);
      }
    }

    @Override
    public void store(String path, byte[] content) throws IOException {
      transfer("STOR " + path, content);
    }

    @Override
    public void append(String path, byte[] content) throws IOException {
      transfer("APPE " + path, content);
    }

    private void transfer(String command, byte[] content) throws IOException {
      try (Socket plain = client.open(command); Socket data = isSecure ? client.secureData(plain, TLS) : plain) {
        data.getOutputStream().write(content);
        data.shutdownOutput();
        data.getInputStream().readAllBytes();
      }
      expect("226", client.reply());
    }

    @Override
    public void rename(String from, String to) throws IOException {
      expect("350", client.say("RNFR " + from));
      expect("250", client.say("RNTO " + to));
    }

    private static void expect(String code, String reply) throws IOException {
      if (!reply.startsWith(code)) {
        throw new IOException(code + " was expected, the reply was \"" + reply + "\"");
      }
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }
}
