package org.stationmaster;

import static org.stationmaster.FtpInteropRun.DOWN;
import static org.stationmaster.FtpInteropRun.HOST;
import static org.stationmaster.FtpInteropRun.MIRRORED;
import static org.stationmaster.FtpInteropRun.TREE;
import static org.stationmaster.FtpInteropRun.UP;
import static org.stationmaster.InteropRun.APPENDED;
import static org.stationmaster.InteropRun.BACK;
import static org.stationmaster.InteropRun.LOCAL;
import static org.stationmaster.InteropRun.PART;
import static org.stationmaster.InteropRun.READABLE;
import static org.stationmaster.InteropRun.REMOVED;
import static org.stationmaster.InteropRun.RENAMED;
import static org.stationmaster.InteropRun.RESUMED;
import static org.stationmaster.InteropRun.SENT;
import static org.stationmaster.InteropRun.UNNAMED;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;
import org.apache.commons.net.ftp.FTPSClient;
import org.stationmaster.FtpInteropRun.Security;

/** The FTP clients that people use and that programs are built on, each doing in one login or a few all that it can. */
enum FtpInteropClient {
  CURL("curl", everySecurity(), without(Feature.MIRROR_UP, Feature.MIRROR_DOWN), "curl") {
    @Override
    void perform(FtpInteropRun run) throws Exception {
      String url = run.curlUrl();
      run.curl("-T", LOCAL, url + SENT);
      run.curl("--disable-epsv", "-o", BACK, url + READABLE);
      run.curl(url);
      run.curl("-Q", "RNFR " + UNNAMED, "-Q", "RNTO " + RENAMED, "-Q", "DELE " + REMOVED, "-l", url);
      // The curl of Debian 12 forgets TLS on active data connections: it sends in clear text after PROT P.
      boolean isPlain = run.security() == Security.PLAIN;
      run.curl(isPlain ? "-P-" : "--ftp-pasv", "-a", "-T", LOCAL, url + APPENDED);
      run.curl(isPlain ? "-P-" : "--ftp-pasv", isPlain ? "--disable-eprt" : "--disable-epsv", "-C", "-", "-T", LOCAL,
          url + RESUMED);
    }
  },
  LFTP("lftp", everySecurity(), without(Feature.APPEND), "lftp") {
    @Override
    void perform(FtpInteropRun run) throws Exception {
      run.lftp("put " + LOCAL + " -o " + SENT + "; get " + READABLE + " -o " + BACK + "; ls; mv " + UNNAMED + " "
          + RENAMED + "; rm " + REMOVED + "; put -c " + LOCAL + " -o " + RESUMED + "; mirror -R " + TREE + " " + UP
          + "; mirror " + DOWN + " " + MIRRORED);
    }
  },
  /** Its resume sends the whole file behind REST where the system has sendfile, so that is left out. */
  NCFTP("NcFTP", EnumSet.of(Security.PLAIN), without(Feature.RESUME), "ncftpput", "ncftpget", "ncftpls") {
    @Override
    void perform(FtpInteropRun run) throws Exception {
      run.ncftp("ncftpput", "-C", HOST, LOCAL, SENT);
      run.ncftp("ncftpput", "-E", "-A", "-C", HOST, LOCAL, APPENDED);
      run.ncftp("ncftpget", "-E", "-C", HOST, READABLE, BACK);
      run.ncftp("ncftpls", "-l", "ftp://" + HOST + "/");
      run.ncftp("ncftpls", "-W", "RNFR " + UNNAMED, "-X", "RNTO " + RENAMED, "-Y", "DELE " + REMOVED,
          "ftp://" + HOST + "/");
      run.now("mkdir", MIRRORED);
      run.ncftp("ncftpput", "-m", "-R", HOST, UP, TREE + "/one.dat", TREE + "/sub");
      run.ncftp("ncftpget", "-R", HOST, MIRRORED, DOWN + "/one.dat", DOWN + "/sub");
    }
  },
  TNFTP("tnftp", EnumSet.of(Security.PLAIN), without(Feature.MIRROR_UP, Feature.MIRROR_DOWN), "tnftp") {
    @Override
    void perform(FtpInteropRun run) throws Exception {
      run.withInput(CLASSIC.formatted(PART), "tnftp", "-n", "-i", "-v", HOST, String.valueOf(run.port()));
    }
  },
  INETUTILS("GNU inetutils ftp", EnumSet.of(Security.PLAIN), without(Feature.MIRROR_UP, Feature.MIRROR_DOWN),
      "inetutils-ftp") {
    @Override
    void perform(FtpInteropRun run) throws Exception {
      run.withInput(CLASSIC.formatted(PART), "inetutils-ftp", "-n", "-i", "-v", HOST,
          String.valueOf(run.port()));
    }
  },
  FTPLIB("Python ftplib", everySecurity(), without(Feature.MIRROR_UP, Feature.MIRROR_DOWN), InteropRun.PYTHON) {
    @Override
    void perform(FtpInteropRun run) throws Exception {
      run.python("""
          import ftplib, ssl, sys
          port, user, password, security, ca = sys.argv[1:]
          class Implicit(ftplib.FTP_TLS):
            _sock = None
            @property
            def sock(self):
              return self._sock
            @sock.setter
            def sock(self, value):
              if value is not None and not isinstance(value, ssl.SSLSocket):
                value = self.context.wrap_socket(value, server_hostname=self.host)
              self._sock = value
          context = ssl.create_default_context(cafile=ca)
          ftp = (ftplib.FTP() if security == "plain" else ftplib.FTP_TLS(context=context) if security == "explicit"
              else Implicit(context=context))
          ftp.connect("127.0.0.1", int(port), timeout=30)
          ftp.login(user, password)
          if security != "plain":
            ftp.prot_p()
          with open("local.dat", "rb") as local:
            ftp.storbinary("STOR sent.dat", local)
          with open("back.dat", "wb") as back:
            ftp.retrbinary("RETR readable.dat", back.write)
          ftp.retrlines("LIST")
          print([entry for entry in ftp.mlsd()])
          ftp.rename("unnamed.dat", "renamed.dat")
          ftp.delete("removed.dat")
          ftp.set_pasv(False)
          with open("local.dat", "rb") as local:
            ftp.storbinary("APPE appended.dat", local)
          size = ftp.size("resumed.dat")
          with open("local.dat", "rb") as local:
            local.seek(size)
            ftp.storbinary("STOR resumed.dat", local, rest=size)
          ftp.quit()
          """);
    }
  },
  COMMONS_NET("Apache Commons Net", everySecurity(), without(Feature.MIRROR_UP, Feature.MIRROR_DOWN)) {
    @Override
    void perform(FtpInteropRun run) throws Exception {
      FTPClient client = run.security() == Security.PLAIN ? new FTPClient() : secured(run);
      client.setConnectTimeout(InteropRun.TIMEOUT_MILLIS);
      client.setDefaultTimeout(InteropRun.TIMEOUT_MILLIS);
      client.connect(HOST, run.port());
      done(client.login(ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD), client);
      if (client instanceof FTPSClient secured) {
        secured.execPBSZ(0);
        secured.execPROT("P");
      }
      client.enterLocalPassiveMode();
      done(client.setFileType(FTP.BINARY_FILE_TYPE), client);
      try (InputStream local = Files.newInputStream(run.folder().resolve(LOCAL))) {
        done(client.storeFile(SENT, local), client);
      }
      try (OutputStream back = Files.newOutputStream(run.folder().resolve(BACK))) {
        done(client.retrieveFile(READABLE, back), client);
      }
      for (FTPFile file : client.listFiles()) {
        run.say(file.getName() + " " + file.getSize());
      }
      done(client.rename(UNNAMED, RENAMED), client);
      done(client.deleteFile(REMOVED), client);
      client.enterLocalActiveMode();
      try (InputStream local = Files.newInputStream(run.folder().resolve(LOCAL))) {
        done(client.appendFile(APPENDED, local), client);
      }
      try (InputStream local = Files.newInputStream(run.folder().resolve(LOCAL))) {
        local.skipNBytes(PART);
        client.setRestartOffset(PART);
        done(client.storeFile(RESUMED, local), client);
      }
      done(FTPReply.isPositiveCompletion(client.quit()), client);
      client.disconnect();
    }

    private static FTPSClient secured(FtpInteropRun run) throws Exception {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      try (InputStream pem = Files.newInputStream(run.ca())) {
        Certificate ca = CertificateFactory.getInstance("X.509").generateCertificate(pem);
        trusted.setCertificateEntry("ca", ca);
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, trust.getTrustManagers(), null);
      FTPSClient client = new FTPSClient(run.security() == Security.IMPLICIT, tls);
      client.setEndpointCheckingEnabled(true);
      return client;
    }

    private static void done(boolean success, FTPClient client) {
      if (!success) {
        throw new AssertionError(client.getReplyString());
      }
    }
  },
  RCLONE("rclone", everySecurity(), without(Feature.APPEND, Feature.RESUME), "rclone") {
    @Override
    void perform(FtpInteropRun run) throws Exception {
      run.rclone("copyto", LOCAL, ":ftp:" + SENT);
      run.rclone("copyto", ":ftp:" + READABLE, BACK);
      run.rclone("lsl", ":ftp:");
      run.rclone("moveto", ":ftp:" + UNNAMED, ":ftp:" + RENAMED);
      run.rclone("deletefile", ":ftp:" + REMOVED);
      run.rclone("sync", TREE, ":ftp:" + UP);
      run.rclone("sync", ":ftp:" + DOWN, MIRRORED);
    }
  },
  WGET("GNU Wget", everySecurity(), EnumSet.of(Feature.DOWNLOAD, Feature.MIRROR_DOWN), "wget") {
    @Override
    void perform(FtpInteropRun run) throws Exception {
      String url = run.url(run.security() == Security.PLAIN ? "ftp" : "ftps");
      run.wget("-O", BACK, url + READABLE);
      run.wget("-r", "-nH", "--cut-dirs=1", "-P", MIRRORED, url + DOWN + "/");
    }
  },
  WPUT("wput", EnumSet.of(Security.PLAIN), EnumSet.of(Feature.UPLOAD, Feature.RESUME, Feature.MIRROR_UP), "wput") {
    @Override
    void perform(FtpInteropRun run) throws Exception {
      run.now("wput", "--disable-tls", "-B", LOCAL, run.url("ftp") + SENT);
      run.now("wput", "--disable-tls", "-B", LOCAL, run.url("ftp") + RESUMED);
      run.now("sh", "-ec", "cd " + TREE + "; exec wput --disable-tls -B . " + run.url("ftp") + UP + "/");
    }
  };

  /** What a client can do. */
  enum Feature {
    UPLOAD("upload"), DOWNLOAD("download"), LIST("list"), RENAME("rename"), REMOVE("remove"), APPEND("append"),
    RESUME("resume"), MIRROR_UP("mirror to the server"), MIRROR_DOWN("mirror from the server");

    private final String title;

    Feature(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** What the line-mode clients are told. */
  private static final String CLASSIC = """
      user pole-7 "correct horse"
      binary
      put local.dat sent.dat
      get readable.dat back.dat
      dir
      rename unnamed.dat renamed.dat
      delete removed.dat
      append local.dat appended.dat
      restart %d
      put local.dat resumed.dat
      quit
      """;

  private final String title;
  private final Set<Security> securities;
  private final Set<Feature> features;
  private final String[] needed;

  FtpInteropClient(String title, Set<Security> securities, Set<Feature> features, String... needed) {
    this.title = title;
    this.securities = securities;
    this.features = features;
    this.needed = needed;
  }

  /** Its name as its users know it. */
  String title() {
    return title;
  }

  /** The protection that it can give its connections. */
  Set<Security> securities() {
    return securities;
  }

  /** What it can do; {@link #perform} does all of it. */
  Set<Feature> features() {
    return features;
  }

  /** The programs that must be installed. */
  String[] needed() {
    return needed;
  }

  /** Its row in the manual. */
  String row() {
    return "| " + title + " | "
        + securities.stream().map(Security::toString).collect(Collectors.joining(", ")) + " | "
        + Stream.of(Feature.values()).map(feature -> features.contains(feature) ? "yes" : "")
            .collect(Collectors.joining(" | ")) + " |";
  }

  abstract void perform(FtpInteropRun run) throws Exception;

  private static Set<Security> everySecurity() {
    return EnumSet.allOf(Security.class);
  }

  private static Set<Feature> without(Feature... features) {
    return EnumSet.complementOf(EnumSet.copyOf(List.of(features)));
  }
}
