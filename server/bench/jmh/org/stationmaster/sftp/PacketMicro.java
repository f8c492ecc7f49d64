package org.stationmaster.sftp;

import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.mac.Mac;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.stationmaster.Micro;

/** Cipher and MAC of a packet of 32 KiB. */
public class PacketMicro extends Micro {
  private static final int LENGTH = 32 * 1024;

  /** A packet, with room for a tag. */
  private static byte[] packet() {
    return new byte[LENGTH + 64];
  }

  /** A cipher as a connection has it. */
  @State(Scope.Benchmark)
  public static class Encryption {
    @Param({"aes128-ctr", "aes256-ctr", "aes128-cbc", "aes256-gcm@openssh.com"})
    private String name;
    private final byte[] packet = packet();
    private Cipher cipher;

    @Setup
    public void begin() throws Exception {
      cipher = Algorithms.ciphers(List.of(name), Optional::empty).getFirst().create();
      cipher.init(Cipher.Mode.Encrypt, new byte[cipher.getKdfSize()], new byte[cipher.getIVSize()]);
    }
  }

  /** A MAC as a connection has it. */
  @State(Scope.Benchmark)
  public static class Authentication {
    @Param({"hmac-sha1", "hmac-sha2-256", "hmac-md5"})
    private String name;
    private final byte[] packet = packet();
    private Mac mac;

    @Setup
    public void begin() throws Exception {
      mac = Algorithms.macs(List.of(name)).getFirst().create();
      mac.init(new byte[mac.getDefaultBlockSize()]);
    }
  }

  @Benchmark
  public byte[] cipher(Encryption of) throws Exception {
    of.cipher.update(of.packet, 0, LENGTH);
    return of.packet;
  }

  @Benchmark
  public byte[] mac(Authentication of) throws Exception {
    of.mac.updateUInt(1);
    of.mac.update(of.packet, 0, LENGTH);
    of.mac.doFinal(of.packet, LENGTH);
    return of.packet;
  }
}
