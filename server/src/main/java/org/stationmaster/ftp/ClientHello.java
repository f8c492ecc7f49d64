package org.stationmaster.ftp;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.stationmaster.config.CipherSuites;
import org.stationmaster.config.TlsVersion;

/**
 * What a client offers at the beginning of TLS (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2); read to
 * explain a handshake that failed, and for the inventory of who still needs what.
 *
 * @param versions that it would take; empty if all are older than TLS
 * @param suites by their IANA names as far as these are known, else by their numbers
 */
record ClientHello(List<TlsVersion> versions, List<String> suites) {
  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int SUPPORTED_VERSIONS = 43;
  /** TLS 1.0 on the wire, which comes after SSL 3.0. */
  private static final int TLS_1_0 = 0x0301;

  /** Empty if it is none, or not whole. */
  static Optional<ClientHello> parse(byte[] received) {
    try {
      ByteBuffer hello = handshake(ByteBuffer.wrap(received));
      if (hello.get() != CLIENT_HELLO) {
        return Optional.empty();
      }
      skip(hello, 3);
      int version = hello.getShort();
      skip(hello, 32);
      skip(hello, hello.get() & 0xff);
      List<String> suites = new ArrayList<>();
      ByteBuffer codes = part(hello, hello.getShort() & 0xffff);
      while (codes.hasRemaining()) {
        suite(codes.getShort() & 0xffff).ifPresent(suites::add);
      }
      skip(hello, hello.get() & 0xff);
      return Optional.of(new ClientHello(versions(hello, version), suites));
    } catch (BufferUnderflowException | IndexOutOfBoundsException expected) {
      return Optional.empty();
    }
  }

  /** What the records carry; a handshake message may lie in several of them. */
  private static ByteBuffer handshake(ByteBuffer records) {
    ByteBuffer message = ByteBuffer.allocate(records.remaining());
    while (records.remaining() >= 5 && records.get() == HANDSHAKE) {
      records.getShort();
      int length = Math.min(records.getShort() & 0xffff, records.remaining());
      message.put(part(records, length));
    }
    return message.flip();
  }

  private static List<TlsVersion> versions(ByteBuffer hello, int highest) {
    // The end may be missing: keys and tickets are large, and come last.
    ByteBuffer extensions = hello.remaining() < 2 ? hello
        : part(hello, Math.min(hello.getShort() & 0xffff, hello.remaining()));
    while (extensions.remaining() >= 4) {
      int type = extensions.getShort();
      ByteBuffer extension = part(extensions, Math.min(extensions.getShort() & 0xffff, extensions.remaining()));
      if (type == SUPPORTED_VERSIONS) {
        extension.get();
        List<Integer> listed = new ArrayList<>();
        while (extension.hasRemaining()) {
          listed.add((int) extension.getShort());
        }
        return known(listed::contains);
      }
    }
    // Who has no list takes whatever is not above the one that it names.
    return known(code -> code <= highest);
  }

  private static List<TlsVersion> known(IntPredicate isOffered) {
    return Stream.of(TlsVersion.values()).filter(version -> isOffered.test(TLS_1_0 + version.ordinal())).toList();
  }

  /** Its name; empty for what is no suite but a signal (RFC 5746, RFC 7507, RFC 8701). */
  private static Optional<String> suite(int code) {
    boolean isSignal = code == 0x00ff || code == 0x5600 || (code & 0x0f0f) == 0x0a0a && code >> 8 == (code & 0xff);
    return isSignal ? Optional.empty()
        : Optional.of(CipherSuites.name(code).orElse(String.format(Locale.ROOT, "0x%04x", code)));
  }

  private static ByteBuffer part(ByteBuffer buffer, int length) {
    ByteBuffer part = buffer.slice(buffer.position(), length);
    skip(buffer, length);
    return part;
  }

  private static void skip(ByteBuffer buffer, int length) {
    if (length > buffer.remaining()) {
      throw new BufferUnderflowException();
    }
    buffer.position(buffer.position() + length);
  }
}
