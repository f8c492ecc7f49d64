package org.stationmaster.sftp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.Buffer;

/** A client that has a command executed and sends bytes as they are told. */
final class RawExec implements AutoCloseable {
  static {
    // MINA looks for providers at its first use, for all servers of this process.
    JdkSecurity.choose();
  }

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SshClient client;
  private final ClientSession session;
  private final ChannelExec channel;
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private final OutputStream out;
  private final InputStream in;

  RawExec(int port, String user, String command) throws IOException {
    client = SshClient.setUpDefaultClient();
    client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
    client.start();
    session = client.connect(user, "127.0.0.1", port).verify(PATIENCE).getSession();
    session.addPasswordIdentity(SftpServerUnderTest.PASSWORD);
    session.auth().verify(PATIENCE);
    channel = session.createExecChannel(command);
    channel.setErr(errors);
    channel.open().verify(PATIENCE);
    out = channel.getInvertedIn();
    in = channel.getInvertedOut();
  }

  /** Asks for another command on the same channel, and for no answer. */
  RawExec executeToo(String command) throws IOException {
    Buffer request = session.createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
    request.putUInt(channel.getRecipient());
    request.putString("exec");
    request.putBoolean(false);
    request.putString(command);
    session.writePacket(request);
    return this;
  }

  RawExec send(String latin1) throws IOException {
    return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawExec send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  /** One byte of the answer; -1 at its end. */
  int receive() throws IOException {
    return in.read();
  }

  /** All that comes until the server has said everything. */
  String receiveAll() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  String receiveLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      line.append((char) next);
    }
    return line.toString();
  }

  /** The client sends nothing more. */
  RawExec finish() throws IOException {
    out.close();
    return this;
  }

  /** Waits for the end and gives the exit status. */
  int status() {
    channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE);
    return channel.getExitStatus();
  }

  String errors() {
    return errors.toString(StandardCharsets.UTF_8);
  }

  /** Breaks the connection without a word. */
  void drop() throws IOException {
    session.getIoSession().close(true).await(PATIENCE);
  }

  @Override
  public void close() {
    client.stop();
  }
}
