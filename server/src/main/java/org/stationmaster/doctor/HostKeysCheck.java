package org.stationmaster.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.stationmaster.config.SshSettings;
import org.stationmaster.crypto.HostKey;
import org.stationmaster.crypto.HostKeys;
import org.stationmaster.crypto.KeyMaterialException;

/** Whether the SSH host keys can be used, and are of the kinds that loggers know. */
final class HostKeysCheck {
  private static final int SLOW_RSA_BITS = 3072;

  private HostKeysCheck() {
  }

  static void look(Subject subject, Findings findings) {
    if (subject.sftpListeners().isEmpty()) {
      findings.ok("There is no SFTP listener, so no host keys are needed.");
      return;
    }
    SshSettings settings = subject.configuration().ssh();
    Path folder = subject.configuration().paths().keys();
    boolean isGenerated = settings.hostKeys().isEmpty();
    List<Path> files = isGenerated ? Stream.of("ed25519", "ecdsa", "rsa", "dsa")
        .map(type -> folder.resolve("ssh_host_" + type + "_key")).filter(Files::exists).toList() : settings.hostKeys();
    List<HostKey> keys = new ArrayList<>();
    for (Path file : files) {
      try {
        keys.addAll(HostKeys.loadOrGenerate(folder, new SshSettings(List.of(file), settings.rsaKeySize(),
            settings.ecdsaKeySize(), settings.passphrase())));
      } catch (KeyMaterialException e) {
        findings.refused(e.getMessage(), "The server does not start without a host key that it is told to use; with"
            + " another one, loggers and clients that remember this one refuse to connect.",
            "Restore the file from a backup: stationmaster restore FILE");
      }
    }
    if (files.isEmpty()) {
      findings.note("There are no host keys yet.", "A logger that has stored another server's key will refuse.",
          "The first start makes them; those of a former server go to " + folder + " before that.");
    }
    for (HostKey key : keys) {
      if (key.type().equals("ssh-rsa") && key.bits() > SLOW_RSA_BITS) {
        findings.note("The RSA host key " + key.file() + " has " + key.bits() + " bits.", "Every session over RSA pays"
            + " for them: 4096 bits cost the server seven times what 2048 cost.", "For a fleet that calls at the same"
            + " minute, 2048 or 3072 bits do (ssh.rsa-key-size, for a new installation).");
      } else {
        findings.ok("Host key " + key.type() + " (" + key.bits() + " bits) in " + key.file() + ".");
      }
    }
    if (!isGenerated && keys.size() == files.size() && keys.stream().noneMatch(key -> key.type().equals("ssh-rsa"))) {
      findings.warning("There is no RSA host key among ssh.host-keys.", "Loggers of some years know no other kind and"
          + " find nothing in common with the server.", "ssh-keygen -t rsa -b 2048 -N \"\" -f "
          + folder.resolve("ssh_host_rsa_key") + " (and add the file to ssh.host-keys)");
    }
  }
}
