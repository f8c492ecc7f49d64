package org.stationmaster.sftp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.future.ConnectFuture;
import org.apache.sshd.client.keyverifier.AcceptAllServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;

/** A client that says inside SSH, and correctly encrypted, whatever it is told. Used by one thread at a time. */
public final class SpoiledSsh implements AutoCloseable {
  static {
    // MINA looks for providers at its first use, for all servers of this process.
    JdkSecurity.choose();
  }

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final int port;
  private final String user;
  private final String password;
  private SshClient client = client();
  private ClientSession session;

  /** Connects when it is used. */
  public SpoiledSsh(int port, String user, String password) {
    this.port = port;
    this.user = user;
    this.password = password;
  }

  private static SshClient client() {
    SshClient client = SshClient.setUpDefaultClient();
    client.setServerKeyVerifier(AcceptAllServerKeyVerifier.INSTANCE);
    client.start();
    return client;
  }

  /** Makes a channel. */
  @FunctionalInterface
  private interface Program {
    ClientChannel in(ClientSession session) throws IOException;
  }

  /** Sends bytes to the SFTP subsystem; with {@code waits}, the server has to end the channel because of their end. */
  public void sftp(byte[] bytes, boolean waits) throws IOException {
    run(session -> session.createSubsystemChannel("sftp"), bytes, waits);
  }

  /** Has a command executed and sends bytes to it, as above. */
  public void execute(String command, byte[] bytes, boolean waits) throws IOException {
    run(session -> session.createExecChannel(command), bytes, waits);
  }

  /** Ends the connection. */
  public void rest() {
    if (session != null) {
      session.close(true);
      session = null;
    }
  }

  private ClientSession login(int where, String with, Duration patience) throws IOException {
    ClientSession next = connect(where, patience);
    try {
      next.addPasswordIdentity(with);
      next.auth().verify(patience);
      return next;
    } catch (IOException e) {
      next.close(true);
      throw e;
    }
  }

  private ClientSession connect(int where, Duration patience) throws IOException {
    ConnectFuture connecting = client.connect(user, "127.0.0.1", where);
    if (!connecting.await(patience)) {
      // The library's few threads may hang in sessions that were cut off. A socket tells whether the server does.
      awaitGreeting(where);
      client.close(true);
      client = client();
      connecting = client.connect(user, "127.0.0.1", where);
    }
    return connecting.verify(patience).getSession();
  }

  private static void awaitGreeting(int where) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", where)) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      if (socket.getInputStream().read() != 'S') {
        throw new IOException("the server does not greet");
      }
    }
  }

  private void run(Program program, byte[] bytes, boolean waits) throws IOException {
    ClientChannel channel = open(program, bytes);
    if (!waits) {
      session.getIoSession().close(true).await(PATIENCE);
      rest();
    } else if (!channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), PATIENCE).contains(ClientChannelEvent.CLOSED)) {
      throw new AssertionError("the server does not end a channel");
    }
  }

  /** On a new connection if the server has ended the former one, as it does after a new password. */
  private ClientChannel open(Program program, byte[] bytes) throws IOException {
    if (session != null) {
      try {
        return started(program.in(session), bytes);
      } catch (IOException | IllegalStateException expected) {
        rest();
      }
    }
    session = login(port, password, PATIENCE);
    return started(program.in(session), bytes);
  }

  private static ClientChannel started(ClientChannel channel, byte[] bytes) throws IOException {
    channel.setIn(new ByteArrayInputStream(bytes));
    channel.setOut(OutputStream.nullOutputStream());
    channel.setErr(OutputStream.nullOutputStream());
    channel.open().verify(PATIENCE);
    return channel;
  }

  /** A whole session through another port, where the server may wait for what never comes. */
  public void sftpThrough(int otherPort, byte[] bytes, Duration patience) throws IOException {
    try (ClientSession other = login(otherPort, password, patience)) {
      started(other.createSubsystemChannel("sftp"), bytes)
          .waitFor(EnumSet.of(ClientChannelEvent.CLOSED), patience);
    }
  }

  /** A login that has to be refused. */
  public void wrongLogin() throws IOException {
    try {
      login(port, "wrong", PATIENCE).close(true);
    } catch (IOException expected) {
      return;
    }
    throw new AssertionError("a wrong password was taken");
  }

  @Override
  public void close() {
    client.stop();
  }
}
