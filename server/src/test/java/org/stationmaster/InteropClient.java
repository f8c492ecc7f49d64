package org.stationmaster;

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

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.SecurityUtils;
import net.schmizz.sshj.sftp.OpenMode;
import net.schmizz.sshj.sftp.RemoteFile;
import net.schmizz.sshj.sftp.SFTPClient;

/** The SSH clients that people and loggers' makers use, each doing in one login or a few all that it can. */
enum InteropClient {
  OPENSSH_SFTP("OpenSSH sftp", without(Feature.APPEND), "sftp", "sshpass") {
    @Override
    void perform(InteropRun run) throws Exception {
      run.openSsh(InteropRun.SFTP_BATCH, "sftp", List.of("-b", "-"), List.of(run.login()));
    }
  },
  OPENSSH_SCP("OpenSSH scp", copies(), "scp", "sshpass") {
    @Override
    void perform(InteropRun run) throws Exception {
      run.openSsh("", "scp", List.of("-s"), List.of(LOCAL, run.login() + ":" + SENT));
      run.openSsh("", "scp", List.of("-s"), List.of(run.login() + ":" + READABLE, BACK));
    }
  },
  OPENSSH_SCP_CLASSIC("OpenSSH scp -O", copies(), "scp", "sshpass") {
    @Override
    void perform(InteropRun run) throws Exception {
      run.openSsh("", "scp", List.of("-O"), List.of(LOCAL, run.login() + ":" + SENT));
      run.openSsh("", "scp", List.of("-O"), List.of(run.login() + ":" + READABLE, BACK));
    }
  },
  PSFTP("PuTTY psftp", without(Feature.APPEND), "psftp", "puttygen") {
    @Override
    void perform(InteropRun run) throws Exception {
      Path batch = Files.writeString(run.folder().resolve("batch"), InteropRun.SFTP_BATCH
          .replace("rename ", "mv ").replace("ls -l\n", "ls\n"));
      run.putty("psftp", List.of("-b", batch.toString()), List.of(run.login()));
    }
  },
  PSCP("PuTTY pscp -sftp", with(copies(), Feature.LIST), "pscp", "puttygen") {
    @Override
    void perform(InteropRun run) throws Exception {
      run.putty("pscp", List.of("-sftp"), List.of(LOCAL, run.login() + ":" + SENT));
      run.putty("pscp", List.of("-sftp"), List.of(run.login() + ":" + READABLE, BACK));
      run.putty("pscp", List.of("-sftp", "-ls"), List.of(run.login() + ":."));
    }
  },
  PSCP_CLASSIC("PuTTY pscp -scp", copies(), "pscp", "puttygen") {
    @Override
    void perform(InteropRun run) throws Exception {
      run.putty("pscp", List.of("-scp"), List.of(LOCAL, run.login() + ":" + SENT));
      run.putty("pscp", List.of("-scp"), List.of(run.login() + ":" + READABLE, BACK));
    }
  },
  PLINK("OpenSSH sftp over PuTTY plink", without(Feature.APPEND), "sftp", "plink", "puttygen") {
    @Override
    void perform(InteropRun run) throws Exception {
      run.sftpOver("plink " + String.join(" ", run.puttyOptions()) + " -s " + run.login() + " sftp");
    }
  },
  DROPBEAR("OpenSSH sftp over Dropbear dbclient", without(Feature.APPEND), "sftp", "dbclient", "dropbearconvert") {
    @Override
    void perform(InteropRun run) throws Exception {
      String key = "";
      if (run.isByKey()) {
        run.now("dropbearconvert", "openssh", "dropbear", run.key().toString(), "dropbear.key");
        key = " -i " + run.folder().resolve("dropbear.key");
      }
      run.sftpOver("dbclient -y -y -p " + run.port() + key + " -s " + run.login() + " sftp");
    }
  },
  CURL("curl (libssh2)", EnumSet.allOf(Feature.class), "curl") {
    @Override
    void perform(InteropRun run) throws Exception {
      String url = "sftp://127.0.0.1:" + run.port() + "/";
      run.curl("-T", LOCAL, url + SENT);
      run.curl("-o", BACK, url + READABLE);
      run.curl(url);
      run.curl("-Q", "rename /" + UNNAMED + " /" + RENAMED, "-Q", "rm /" + REMOVED, "-l", url);
      run.curl("-a", "-T", LOCAL, url + APPENDED);
      run.curl("-C", "-", "-T", LOCAL, url + RESUMED);
    }
  },
  LFTP("lftp", without(Feature.APPEND), "lftp", "ssh") {
    @Override
    void perform(InteropRun run) throws Exception {
      String program = "ssh -a -x " + String.join(" ", run.openSshOptions())
          + (run.isByKey() ? " -o BatchMode=yes" : "");
      run.now("lftp", "--norc", "-c", "set cmd:fail-exit yes; set net:max-retries 1; set sftp:connect-program \""
          + program + "\"; open -u " + ServerUnderTest.ACCOUNT + ",'" + (run.isByKey() ? "" : ServerUnderTest.PASSWORD)
          + "' sftp://127.0.0.1:" + run.port() + "; put " + LOCAL + " -o " + SENT + "; get " + READABLE + " -o " + BACK
          + "; ls; mv " + UNNAMED + " " + RENAMED + "; rm " + REMOVED + "; put -c " + LOCAL + " -o " + RESUMED);
    }
  },
  PARAMIKO("paramiko", EnumSet.allOf(Feature.class), InteropRun.PYTHON) {
    @Override
    void perform(InteropRun run) throws Exception {
      run.python("paramiko", """
          import paramiko, sys
          port, user, password, key = sys.argv[1:]
          client = paramiko.SSHClient()
          client.load_host_keys("known_hosts")
          client.connect("127.0.0.1", int(port), user, password or None, key_filename=key or None,
              look_for_keys=False, allow_agent=False)
          sftp = client.open_sftp()
          sftp.put("local.dat", "sent.dat")
          sftp.get("readable.dat", "back.dat")
          print([entry.longname for entry in sftp.listdir_attr(".")])
          sftp.rename("unnamed.dat", "renamed.dat")
          sftp.remove("removed.dat")
          content = open("local.dat", "rb").read()
          with sftp.open("appended.dat", "a") as file:
            file.write(content)
          with sftp.open("resumed.dat", "r+") as file:
            size = file.stat().st_size
            file.seek(size)
            file.write(content[size:])
          client.close()
          """);
    }
  },
  ASYNCSSH("AsyncSSH", EnumSet.allOf(Feature.class), InteropRun.PYTHON) {
    @Override
    void perform(InteropRun run) throws Exception {
      run.python("asyncssh", """
          import asyncio, asyncssh, sys
          port, user, password, key = sys.argv[1:]
          async def main():
            async with asyncssh.connect("127.0.0.1", int(port), username=user, password=password or None,
                client_keys=[key] if key else None, known_hosts="known_hosts", config=None) as connection:
              async with connection.start_sftp_client() as sftp:
                await sftp.put("local.dat", "sent.dat")
                await sftp.get("readable.dat", "back.dat")
                print([entry.longname for entry in await sftp.readdir(".")])
                await sftp.rename("unnamed.dat", "renamed.dat")
                await sftp.remove("removed.dat")
                content = open("local.dat", "rb").read()
                async with sftp.open("appended.dat", "ab") as file:
                  await file.write(content)
                async with sftp.open("resumed.dat", "r+b") as file:
                  size = (await file.stat()).size
                  await file.write(content[size:], size)
          asyncio.run(main())
          """);
    }
  },
  ASYNCSSH_SCP("AsyncSSH scp", copies(), InteropRun.PYTHON) {
    @Override
    void perform(InteropRun run) throws Exception {
      run.python("asyncssh", """
          import asyncio, asyncssh, sys
          port, user, password, key = sys.argv[1:]
          async def main():
            async with asyncssh.connect("127.0.0.1", int(port), username=user, password=password or None,
                client_keys=[key] if key else None, known_hosts="known_hosts", config=None) as connection:
              await asyncssh.scp("local.dat", (connection, "sent.dat"))
              await asyncssh.scp((connection, "readable.dat"), "back.dat")
          asyncio.run(main())
          """);
    }
  },
  RCLONE("rclone", with(copies(), Feature.LIST, Feature.RENAME, Feature.REMOVE), "rclone") {
    @Override
    void perform(InteropRun run) throws Exception {
      run.rclone("copyto", LOCAL, ":sftp:" + SENT);
      run.rclone("copyto", ":sftp:" + READABLE, BACK);
      run.rclone("lsl", ":sftp:");
      run.rclone("moveto", ":sftp:" + UNNAMED, ":sftp:" + RENAMED);
      run.rclone("deletefile", ":sftp:" + REMOVED);
    }
  },
  SSHFS("sshfs", EnumSet.allOf(Feature.class), "sshfs", "fusermount3") {
    @Override
    void perform(InteropRun run) throws Exception {
      run.needsFuse();
      Path mount = Files.createDirectories(run.folder().resolve("mount"));
      String options = (run.isByKey() ? "IdentityFile=" + run.key() + ",IdentitiesOnly=yes,PasswordAuthentication=no"
          : "password_stdin") + ",StrictHostKeyChecking=yes,UserKnownHostsFile=" + run.knownHosts();
      run.withInput(run.isByKey() ? "" : ServerUnderTest.PASSWORD + "\n", Map.of(), "sshfs", "-p", run.port(), "-o",
          options, run.login() + ":", mount.toString());
      try {
        run.now("sh", "-ec", """
            cp local.dat mount/sent.dat
            cp mount/readable.dat back.dat
            ls -l mount
            mv mount/unnamed.dat mount/renamed.dat
            rm mount/removed.dat
            cat local.dat >> mount/appended.dat
            tail -c +%d local.dat | dd of=mount/resumed.dat bs=%d seek=1 conv=notrunc status=none
            """.formatted(PART + 1, PART));
      } finally {
        run.now("fusermount3", "-u", mount.toString());
      }
    }
  },
  JSCH("JSch", EnumSet.allOf(Feature.class)) {
    @Override
    void perform(InteropRun run) throws Exception {
      JSch jsch = new JSch();
      jsch.setKnownHosts(run.knownHosts().toString());
      if (run.isByKey()) {
        jsch.addIdentity(run.key().toString());
      }
      Session session = jsch.getSession(ServerUnderTest.ACCOUNT, "127.0.0.1", Integer.parseInt(run.port()));
      if (!run.isByKey()) {
        session.setPassword(ServerUnderTest.PASSWORD.getBytes(StandardCharsets.UTF_8));
      }
      session.connect(InteropRun.TIMEOUT_MILLIS);
      try {
        ChannelSftp sftp = (ChannelSftp) session.openChannel("sftp");
        sftp.connect(InteropRun.TIMEOUT_MILLIS);
        String local = run.folder().resolve(LOCAL).toString();
        sftp.put(local, SENT);
        sftp.get(READABLE, run.folder().resolve(BACK).toString());
        sftp.ls(".").forEach(entry -> run.say(entry.getLongname()));
        sftp.rename(UNNAMED, RENAMED);
        sftp.rm(REMOVED);
        sftp.put(local, APPENDED, ChannelSftp.APPEND);
        sftp.put(local, RESUMED, ChannelSftp.RESUME);
        sftp.disconnect();
      } finally {
        session.disconnect();
      }
    }
  },
  SSHJ("sshj", EnumSet.allOf(Feature.class)) {
    @Override
    void perform(InteropRun run) throws Exception {
      // It would stay in this process, where our own tests show that the server does without.
      SecurityUtils.setRegisterBouncyCastle(false);
      try (SSHClient client = new SSHClient()) {
        client.loadKnownHosts(run.knownHosts().toFile());
        client.setTimeout(InteropRun.TIMEOUT_MILLIS);
        client.connect("127.0.0.1", Integer.parseInt(run.port()));
        if (run.isByKey()) {
          client.authPublickey(ServerUnderTest.ACCOUNT, run.key().toString());
        } else {
          client.authPassword(ServerUnderTest.ACCOUNT, ServerUnderTest.PASSWORD);
        }
        try (SFTPClient sftp = client.newSFTPClient()) {
          String local = run.folder().resolve(LOCAL).toString();
          sftp.put(local, SENT);
          sftp.get(READABLE, run.folder().resolve(BACK).toString());
          sftp.ls(".").forEach(entry -> run.say(entry.getName() + " " + entry.getAttributes().getSize()));
          sftp.rename(UNNAMED, RENAMED);
          sftp.rm(REMOVED);
          append(sftp, run.folder().resolve(LOCAL));
          sftp.put(local, RESUMED, sftp.size(RESUMED));
        }
      }
    }

    private static void append(SFTPClient sftp, Path local) throws IOException {
      try (RemoteFile file = sftp.open(APPENDED, EnumSet.of(OpenMode.WRITE, OpenMode.APPEND));
          RemoteFile.RemoteFileOutputStream out = file.new RemoteFileOutputStream()) {
        // In pieces: sshj makes one packet of each write, however long.
        Files.copy(local, out);
      }
    }
  };

  /** What clients can do with files. */
  enum Feature {
    UPLOAD, DOWNLOAD, LIST, RENAME, REMOVE, APPEND, RESUME
  }

  private final String title;
  private final Set<Feature> features;
  private final String[] needed;

  InteropClient(String title, Set<Feature> features, String... needed) {
    this.title = title;
    this.features = features;
    this.needed = needed;
  }

  /** Its name as its users know it. */
  String title() {
    return title;
  }

  /** What it can do; {@link #perform} does all of it. */
  Set<Feature> features() {
    return features;
  }

  /** The programs that must be installed. */
  String[] needed() {
    return needed;
  }

  abstract void perform(InteropRun run) throws Exception;

  private static Set<Feature> copies() {
    return EnumSet.of(Feature.UPLOAD, Feature.DOWNLOAD);
  }

  private static Set<Feature> with(Set<Feature> features, Feature... more) {
    features.addAll(List.of(more));
    return features;
  }

  private static Set<Feature> without(Feature feature) {
    return EnumSet.complementOf(EnumSet.of(feature));
  }
}
