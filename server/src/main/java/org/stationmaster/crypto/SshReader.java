package org.stationmaster.crypto;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads the data types of RFC 4251 section 5. */
final class SshReader {
  private final ByteBuffer buffer;

  SshReader(byte[] content) {
    buffer = ByteBuffer.wrap(content);
  }

  int uint32() throws KeyMaterialException {
    require(4);
    return buffer.getInt();
  }

  byte[] string() throws KeyMaterialException {
    int length = uint32();
    if (length < 0) {
      throw new KeyMaterialException("is damaged: a length is out of range");
    }
    return bytes(length);
  }

  byte[] bytes(int length) throws KeyMaterialException {
    require(length);
    byte[] value = new byte[length];
    buffer.get(value);
    return value;
  }

  String text() throws KeyMaterialException {
    return new String(string(), StandardCharsets.UTF_8);
  }

  BigInteger mpint() throws KeyMaterialException {
    byte[] value = string();
    BigInteger number = value.length == 0 ? BigInteger.ZERO : new BigInteger(value);
    if (number.signum() < 0) {
      throw new KeyMaterialException("is damaged: a number in it is negative");
    }
    return number;
  }

  int remaining() {
    return buffer.remaining();
  }

  private void require(int length) throws KeyMaterialException {
    if (buffer.remaining() < length) {
      throw new KeyMaterialException("is cut off or damaged");
    }
  }
}
