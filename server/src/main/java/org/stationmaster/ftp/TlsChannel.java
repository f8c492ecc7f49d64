package org.stationmaster.ftp;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.stationmaster.config.TlsCipher;
import org.stationmaster.config.TlsVersion;
import org.stationmaster.session.TlsProtection;

/**
 * The server's end of TLS over a blocking socket. One thread may read while another one writes.
 *
 * <p>Built on the engine rather than on {@code SSLSocket} for two reasons. The socket takes a connection that ends
 * without close_notify for a complete one unless a switch of the whole process says otherwise; here a truncated stream
 * is {@link Truncated} (RFC 8446 section 6.1). And it sends TLS 1.3 session tickets right after the handshake: a logger
 * that closes its data connection without having read them resets it, and loses the end of its own upload. Here the
 * tickets of a data connection wait until the server has something else to say.
 */
final class TlsChannel implements ByteChannel {
  private static final int SMALL = 4 * 1024;
  private static final int RECORDS_PER_WRITE = 4;
  /** Enough for what a client offers, and for the ticket of an earlier session that may lie in between (RFC 5077). */
  private static final int MOST_FIRST_BYTES = 4096;
  private static final int CHANGE_CIPHER_SPEC = 20;
  private static final int APPLICATION_DATA = 23;
  private static final String TLS_1_3 = TlsVersion.TLS_1_3.jdkName();
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel socket;
  private final SSLEngine engine;
  private final Work costly;
  private final ReentrantLock writing = new ReentrantLock();
  /** Ciphertext that was received; always ready to be read. */
  private ByteBuffer netIn = ByteBuffer.allocate(SMALL).limit(0);
  /** Plaintext that did not fit where it was wanted; always ready to be read. */
  private ByteBuffer appIn = NOTHING;
  /** Ciphertext that is not sent yet; always ready to be added to. The engine wants room for a whole record in it. */
  private ByteBuffer netOut = NOTHING;

  /** The beginning of what came during the handshake: the client's offer. */
  private volatile byte[] firstBytes = {};
  /** Whom the certificate is for that was sent; empty before. */
  private volatile String subject = "";

  /** The stream ended in the middle: without the peer's close_notify. */
  static final class Truncated extends EOFException {
    private static final long serialVersionUID = 1;

    Truncated() {
      super("it ended without TLS close_notify");
    }
  }

  /** The peer went away before the handshake was finished. */
  static final class ClosedInHandshake extends EOFException {
    private static final long serialVersionUID = 1;
  }

  /** Does the costly part of a handshake, and returns when that is done. */
  @FunctionalInterface
  interface Work {
    void await(Runnable part) throws IOException;
  }

  TlsChannel(SocketChannel socket, SSLEngine engine, Work costly) {
    this.socket = socket;
    this.engine = engine;
    this.costly = costly;
  }

  /**
   * Agrees with the client.
   *
   * @param ticketsLater whether TLS 1.3 session tickets wait for the first thing that is written
   * @throws ClosedInHandshake when the client goes away
   * @throws SSLException when one of the two does not want; its alert has been sent
   */
  void handshake(boolean ticketsLater) throws IOException {
    try {
      engine.beginHandshake();
      ByteBuffer none = ByteBuffer.allocate(0);
      for (boolean finished = false; !finished;) {
        noteSubject();
        switch (engine.getHandshakeStatus()) {
          case NEED_TASK -> runTasks();
          case NEED_WRAP -> wrapOne(none);
          case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> hearHandshake(none);
          case FINISHED, NOT_HANDSHAKING -> finished = true;
        }
      }
      if (!ticketsLater || !TLS_1_3.equals(session().getProtocol())) {
        flush();
      }
    } catch (SSLException e) {
      sayAlert();
      throw e;
    }
  }

  private void hearHandshake(ByteBuffer none) throws IOException {
    switch (engine.unwrap(netIn, none).getStatus()) {
      case BUFFER_UNDERFLOW -> {
        flush();
        int before = netIn.remaining();
        if (!fill()) {
          throw new ClosedInHandshake();
        }
        noteFirst(before);
      }
      case CLOSED -> throw new ClosedInHandshake();
      case BUFFER_OVERFLOW -> throw new SSLException("data before the end of the handshake");
      case OK -> {
        // A step further.
      }
    }
  }

  private void noteFirst(int before) {
    int begin = netIn.position() + before;
    int length = Math.min(netIn.limit() - begin, MOST_FIRST_BYTES - firstBytes.length);
    if (length > 0) {
      firstBytes = Arrays.copyOf(firstBytes, firstBytes.length + length);
      netIn.get(begin, firstBytes, firstBytes.length - length, length);
    }
  }

  private void noteSubject() {
    SSLSession begun = engine.getHandshakeSession();
    if (subject.isEmpty() && begun != null && begun.getLocalPrincipal() instanceof Principal principal) {
      subject = principal.getName();
    }
  }

  /** The beginning of what the client sent during the handshake. */
  byte[] firstBytes() {
    return firstBytes;
  }

  /** Whom the certificate that was sent is for; empty if none was. */
  String subject() {
    return subject;
  }

  SSLSession session() {
    return engine.getSession();
  }

  /** The name that the session got with {@link TlsOffer#engine} when it began, maybe on an earlier connection. */
  String sessionName() {
    return session().getPeerHost();
  }

  /** The client's, if it was asked for one and has shown one; its authority has been verified. */
  Optional<X509Certificate> clientCertificate() {
    try {
      return session().getPeerCertificates()[0] instanceof X509Certificate certificate ? Optional.of(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException expected) {
      return Optional.empty();
    }
  }

  private TlsCipher cipher() {
    // The JDK calls by SSL_ what it has known since before TLS.
    return new TlsCipher(TlsVersion.ofJdk(session().getProtocol()),
        session().getCipherSuite().replaceFirst("^SSL_", "TLS_"));
  }

  /** What is in force and what the client offered; asked once, as the offer is forgotten then. */
  TlsProtection takeProtection() {
    TlsCipher agreed = cipher();
    ClientHello offered = ClientHello.parse(firstBytes)
        .orElseGet(() -> new ClientHello(List.of(agreed.version()), List.of(agreed.suite())));
    firstBytes = new byte[0];
    return new TlsProtection(agreed, offered.versions(), offered.suites());
  }

  /** Protocol and cipher suite, for events. */
  String encryption() {
    return cipher().toString();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (!target.hasRemaining()) {
      return 0;
    }
    ByteBuffer into = target;
    while (!appIn.hasRemaining()) {
      int before = into.position();
      SSLEngineResult result = engine.unwrap(netIn, into);
      answerIfNeeded();
      int count = into.position() - before;
      if (count > 0 && into == target) {
        return count;
      }
      switch (result.getStatus()) {
        case CLOSED -> {
          return -1;
        }
        case BUFFER_OVERFLOW -> {
          // The record may be larger than what the reader has room for.
          into = ByteBuffer.allocate(session().getApplicationBufferSize());
        }
        case BUFFER_UNDERFLOW -> {
          if (!fill()) {
            throw new Truncated();
          }
        }
        case OK -> {
          // Without data it was a record for the engine itself, such as a key update.
          if (count > 0) {
            appIn = into.flip();
          }
        }
      }
    }
    int count = Math.min(target.remaining(), appIn.remaining());
    target.put(appIn.slice(appIn.position(), count));
    appIn.position(appIn.position() + count);
    return count;
  }

  /** Reads more ciphertext; false at the end of the stream. */
  private boolean fill() throws IOException {
    if (netIn.position() == 0 && netIn.limit() == netIn.capacity()) {
      int size = Math.max(netIn.capacity() * 2, session().getPacketBufferSize());
      netIn = ByteBuffer.allocate(size).put(netIn);
    } else {
      netIn.compact();
    }
    try {
      return socket.read(netIn) >= 0;
    } finally {
      netIn.flip();
      // The next record of a transfer is a full one: have room for several.
      if (netIn.limit() == netIn.capacity() && netIn.capacity() < RECORDS_PER_WRITE * session().getPacketBufferSize()) {
        netIn = ByteBuffer.allocate(RECORDS_PER_WRITE * session().getPacketBufferSize()).put(netIn).flip();
      }
    }
  }

  /**
   * A key update of the client wants an answer. A renegotiation (RFC 5246 section 7.4.1.2) gets none: each would cost
   * the server a signature and the client next to nothing, before it has logged in, too; and no logger asks for one.
   */
  private void answerIfNeeded() throws IOException {
    HandshakeStatus status = engine.getHandshakeStatus();
    if (status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.NEED_UNWRAP
        || engine.isInboundDone()) {
      return;
    }
    if (!TLS_1_3.equals(session().getProtocol())) {
      throw new SSLException("the client asked for a renegotiation of TLS, which is not allowed");
    }
    runTasks();
    writing.lock();
    try {
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
        wrapOne(ByteBuffer.allocate(0));
      }
      flush();
    } finally {
      writing.unlock();
    }
  }

  private void runTasks() throws IOException {
    for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
      costly.await(task);
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    writing.lock();
    try {
      int length = source.remaining();
      while (source.hasRemaining()) {
        if (wrapOne(source).getStatus() == SSLEngineResult.Status.CLOSED) {
          throw new SSLException("the TLS connection is closed");
        }
        if (netOut.position() >= (RECORDS_PER_WRITE - 1) * session().getPacketBufferSize()) {
          flush();
        }
      }
      flush();
      return length;
    } finally {
      writing.unlock();
    }
  }

  private SSLEngineResult wrapOne(ByteBuffer source) throws IOException {
    while (true) {
      SSLEngineResult result = engine.wrap(source, netOut);
      if (result.getStatus() != SSLEngineResult.Status.BUFFER_OVERFLOW) {
        return result;
      }
      int size = source.remaining() > SMALL ? RECORDS_PER_WRITE : 1;
      netOut = ByteBuffer.allocate(netOut.position() + size * session().getPacketBufferSize()).put(netOut.flip());
    }
  }

  private void flush() throws IOException {
    netOut.flip();
    try {
      while (netOut.hasRemaining()) {
        socket.write(netOut);
      }
    } finally {
      // A control connection mostly waits: it holds none then. A transfer goes on with what it has grown to.
      netOut = netOut.capacity() > session().getPacketBufferSize() ? netOut.clear() : NOTHING;
    }
  }

  private void sayAlert() {
    try {
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !engine.isOutboundDone()) {
        wrapOne(ByteBuffer.allocate(0));
      }
      flush();
    } catch (IOException expected) {
      // The peer does not hear it any more.
    }
  }

  /**
   * Ends TLS and leaves the connection open. The client answers with its own close_notify, as curl does not always, or
   * goes on in clear text at once; what it says inside TLS until then is dropped.
   *
   * @return what came behind it, in clear text
   */
  ByteBuffer end() throws IOException {
    writing.lock();
    try {
      sayGoodbye();
    } finally {
      writing.unlock();
    }
    ByteBuffer dropped = ByteBuffer.allocate(session().getApplicationBufferSize());
    while (!engine.isInboundDone() && (netIn.hasRemaining() || fill()) && isRecord(netIn.get(netIn.position()))) {
      if (engine.unwrap(netIn, dropped.clear()).getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW && !fill()) {
        throw new Truncated();
      }
    }
    return netIn;
  }

  /** Whether it begins a record of TLS (RFC 8446 section 5.1); no command begins with such a byte. */
  private static boolean isRecord(byte first) {
    return first >= CHANGE_CIPHER_SPEC && first <= APPLICATION_DATA;
  }

  private void sayGoodbye() throws IOException {
    engine.closeOutbound();
    while (!engine.isOutboundDone() && wrapOne(ByteBuffer.allocate(0)).bytesProduced() > 0) {
      // Whatever is left to say.
    }
    flush();
  }

  @Override
  public boolean isOpen() {
    return socket.isOpen();
  }

  /** Sends close_notify, if nobody is stuck in a write, and closes the socket. */
  @Override
  public void close() throws IOException {
    try {
      if (socket.isOpen() && writing.tryLock()) {
        try {
          sayGoodbye();
        } catch (IOException expected) {
          // The peer has gone first.
        } finally {
          writing.unlock();
        }
      }
    } finally {
      socket.close();
    }
  }
}
