package org.stationmaster.crypto;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes the data types of RFC 4251 section 5. */
final class SshWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  SshWriter uint32(int value) {
    return bytes(ByteBuffer.allocate(4).putInt(value).array());
  }

  SshWriter bytes(byte[] value) {
    out.writeBytes(value);
    return this;
  }

  SshWriter string(byte[] value) {
    return uint32(value.length).bytes(value);
  }

  SshWriter text(String value) {
    return string(value.getBytes(StandardCharsets.UTF_8));
  }

  SshWriter mpint(BigInteger value) {
    return string(value.signum() == 0 ? new byte[0] : value.toByteArray());
  }

  byte[] toByteArray() {
    return out.toByteArray();
  }
}
