package org.stationmaster.sftp;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.nio.file.Files;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelSubsystem;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.ReservedSessionMessagesHandler;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.helpers.SessionHelper;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;

/** A client that sends packets as they are told, whole or broken, and can leave in every bad way. */
public final class RawSftp implements AutoCloseable {
  static {
    // MINA looks for providers at its first use, for all servers of this process.
    JdkSecurity.choose();
  }

  /** An answer: its type and what follows the id. */
  public record Answer(int type, int id, byte[] body) {
    /** The number that the body begins with: the code of a status. */
    public int number() {
      return ByteBuffer.wrap(body).getInt();
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SshClient client;
  private final ClientSession session;
  private final ChannelSubsystem channel;
  private final DataOutputStream out;
  private final DataInputStream in;
  private final Semaphore ignored = new Semaphore(0);

  RawSftp(int port, String user) throws IOException {
    this(port, user, false);
  }

  /** With {@code resets}, leaving is a TCP reset. */
  RawSftp(int port, String user, boolean resets) throws IOException {
    this(port, user, SftpServerUnderTest.PASSWORD, resets);
  }

  /** Logs in by password and begins SFTP; with {@code resets}, leaving is a TCP reset. */
  public RawSftp(int port, String user, String password, boolean resets) throws IOException {
    client = SshClient.setUpDefaultClient();
    client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
    client.setReservedSessionMessagesHandler(new ReservedSessionMessagesHandler() {
      @Override
      public void handleIgnoreMessage(Session from, Buffer buffer) {
        ignored.release();
      }
    });
    if (resets) {
      CoreModuleProperties.SOCKET_LINGER.set(client, 0);
    }
    client.start();
    session = client.connect(user, "127.0.0.1", port).verify(PATIENCE).getSession();
    session.addPasswordIdentity(password);
    session.auth().verify(PATIENCE);
    channel = session.createSubsystemChannel("sftp");
    channel.open().verify(PATIENCE);
    out = new DataOutputStream(channel.getInvertedIn());
    in = new DataInputStream(channel.getInvertedOut());
    send(1, body -> body.writeInt(3));
    receive();
  }

  /** The fields of a packet behind its type. */
  @FunctionalInterface
  public interface Body {
    /** Writes them. */
    void writeTo(DataOutputStream body) throws IOException;
  }

  /** Writes a string. */
  public static void text(DataOutputStream body, String text) throws IOException {
    bytes(body, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes bytes with their length. */
  public static void bytes(DataOutputStream body, byte[] bytes) throws IOException {
    body.writeInt(bytes.length);
    body.write(bytes);
  }

  /** Sends a packet. */
  public RawSftp send(int type, Body fields) throws IOException {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    DataOutputStream body = new DataOutputStream(packet);
    body.writeByte(type);
    fields.writeTo(body);
    bytes(out, packet.toByteArray());
    out.flush();
    return this;
  }

  /** Sends bytes that need not be a packet. */
  public RawSftp sendRaw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  /** OPEN of a new file; the handles are 1, 2 and so on. */
  RawSftp open(int id, String path) throws IOException {
    return send(3, body -> {
      body.writeInt(id);
      text(body, path);
      body.writeInt(2 | 8 | 16);
      body.writeInt(0);
    });
  }

  /** WRITE to a handle. */
  public RawSftp write(int id, int handle, long offset, byte[] data) throws IOException {
    return send(6, body -> {
      body.writeInt(id);
      body.writeInt(4);
      body.writeInt(handle);
      body.writeLong(offset);
      bytes(body, data);
    });
  }

  /** CLOSE of a handle. */
  public RawSftp close(int id, int handle) throws IOException {
    return send(4, body -> {
      body.writeInt(id);
      body.writeInt(4);
      body.writeInt(handle);
    });
  }

  /** A message of SSH that means nothing, beside the channel; the server is to say so (RFC 4253 section 11.4). */
  RawSftp sendUnknownMessage(int type) throws IOException {
    session.writePacket(session.createBuffer((byte) type));
    return this;
  }

  /** Agrees with the server on new keys. */
  void renewKeys() throws IOException {
    session.reExchangeKeys().verify(PATIENCE);
  }

  /** Sends a request to log in, whatever the state of the connection. */
  void logInAgain(String user, String password) throws IOException {
    Buffer request = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_REQUEST);
    request.putString(user);
    request.putString("ssh-connection");
    request.putString("password");
    request.putBoolean(false);
    request.putString(password);
    session.writePacket(request);
  }

  /** Uploads a small file; the status of its close. */
  public int store(String path, byte[] content) throws IOException {
    byte[] handle = send(3, body -> {
      body.writeInt(1);
      text(body, path);
      body.writeInt(2 | 8 | 16);
      body.writeInt(0);
    }).receive().body();
    send(6, body -> {
      body.writeInt(2);
      body.write(handle);
      body.writeLong(0);
      bytes(body, content);
    }).receive();
    return send(4, body -> {
      body.writeInt(3);
      body.write(handle);
    }).receive().number();
  }

  /** The next answer. */
  public Answer receive() throws IOException {
    int length = in.readInt();
    int type = in.readUnsignedByte();
    int id = in.readInt();
    return new Answer(type, id, in.readNBytes(length - 5));
  }

  /** Waits for that many SSH_MSG_IGNORE that were not waited for yet. */
  void awaitIgnored(int count) throws InterruptedException {
    if (!ignored.tryAcquire(count, 30, TimeUnit.SECONDS)) {
      throw new AssertionError(ignored.availablePermits() + " of " + count + " came");
    }
  }

  /** Asks for new keys, and offers that cipher only; the server may end the connection over it. */
  void renewKeysWith(BuiltinCiphers cipher) throws Exception {
    session.setCipherFactories(List.of(cipher));
    // MINA would propose what it proposed first.
    Field proposal = SessionHelper.class.getDeclaredField("initialKexProposal");
    proposal.setAccessible(true);
    proposal.set(session, null);
    session.reExchangeKeys().await(PATIENCE);
  }

  /** Whether the server closes the channel. */
  public boolean isEnded() {
    return channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE)
        .contains(ClientChannelEvent.CLOSED);
  }

  /** Waits until everything that was sent is with the kernel: our library hands over one packet after another. */
  void awaitSent() throws IOException {
    session.sendIgnoreMessage().verify(PATIENCE);
  }

  /** Drops the connection without a word of SSH, once the server has read everything that was sent. */
  public void drop() throws IOException, InterruptedException {
    awaitSent();
    int port = ((InetSocketAddress) session.getIoSession().getLocalAddress()).getPort();
    // Twice, because bytes may be between one queue of the kernel and the other.
    for (int quiet = 0; quiet < 2; quiet = isUnderWay(port) ? 0 : quiet + 1) {
      Thread.sleep(20);
    }
    session.getIoSession().close(false).await(Duration.ofSeconds(10));
  }

  /** Whether the kernel holds bytes of the connection that the server has not read; see proc(5) on /proc/net/tcp. */
  private static boolean isUnderWay(int port) throws IOException {
    String end = String.format(":%04X", port);
    return Files.readAllLines(Path.of("/proc/net/tcp")).stream().map(line -> line.strip().split("\\s+"))
        .anyMatch(row -> row[1].endsWith(end) && !row[4].startsWith("00000000:")
            || row[2].endsWith(end) && !row[4].endsWith(":00000000"));
  }

  @Override
  public void close() {
    client.stop();
  }
}
