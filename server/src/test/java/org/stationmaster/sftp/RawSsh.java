package org.stationmaster.sftp;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Speaks the part of SSH that comes before the first keys, well or badly (RFC 4253 sections 6 and 7). */
final class RawSsh implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final int DISCONNECT = 1;
  private static final int IGNORE = 2;
  private static final int KEXINIT = 20;
  private static final int GEX_REQUEST_OLD = 30;
  private static final int GEX_GROUP = 31;
  private static final int KEX_REPLY = 31;
  private static final int GEX_REQUEST = 34;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  RawSsh(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
    out.write("SSH-2.0-raw\r\n".getBytes(StandardCharsets.US_ASCII));
    while (in.readByte() != '\n') {
      // the server's identification
    }
  }

  /** The server ended the connection. */
  private static final class Disconnected extends IOException {
    private static final long serialVersionUID = 1;

    Disconnected(String text) {
      super(text);
    }
  }

  /** Something that a client does. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  /** The bits of the group that the server answers with. */
  int requestGroup(int least, int preferred, int most) throws IOException {
    sendKexInit("diffie-hellman-group-exchange-sha256");
    send(GEX_REQUEST, body -> {
      body.writeInt(least);
      body.writeInt(preferred);
      body.writeInt(most);
    });
    return groupBits();
  }

  /** As clients from before RFC 4419 did. */
  int requestGroupTheOldWay(int size) throws IOException {
    sendKexInit("diffie-hellman-group-exchange-sha1");
    send(GEX_REQUEST_OLD, body -> body.writeInt(size));
    return groupBits();
  }

  private int groupBits() throws IOException {
    DataInputStream group = await(GEX_GROUP);
    return new BigInteger(group.readNBytes(group.readInt())).bitLength();
  }

  /** Puts a message where strict key exchange allows none. */
  void ignoreDuringStrictKeyExchange() throws IOException {
    sendKexInit("diffie-hellman-group14-sha256,kex-strict-c-v00@openssh.com");
    send(IGNORE, body -> RawSftp.text(body, ""));
    await(GEX_GROUP);
  }

  /** What the server says when it ends the connection because of {@code action}. */
  String awaitDisconnect(Action action) throws IOException {
    try {
      action.run();
    } catch (Disconnected e) {
      return e.getMessage();
    }
    throw new AssertionError("the connection goes on");
  }

  /**
   * Sends lists of algorithms, and then messages that would go on with the key exchange.
   *
   * @param changed lists by their place, instead of those of an honest client
   * @param isGuessed whether the first message is said to be a guess
   */
  void proposeAndSendHalf(Map<Integer, String> changed, boolean isGuessed, int... types) throws IOException {
    sendKexInit(changed, isGuessed);
    try {
      for (int type : types) {
        send(type, body -> RawSftp.bytes(body, BigInteger.TWO.pow(1000).toByteArray()));
      }
    } catch (SocketException expected) {
      // The server may have hung up at the lists; what it said before can still be read.
    }
    await(KEX_REPLY);
  }

  private void sendKexInit(String keyExchanges) throws IOException {
    sendKexInit(Map.of(0, keyExchanges), false);
  }

  private void sendKexInit(Map<Integer, String> changed, boolean isGuessed) throws IOException {
    String[] lists = {"diffie-hellman-group14-sha256", "rsa-sha2-512,ssh-rsa,ssh-ed25519", "aes128-ctr", "aes128-ctr",
        "hmac-sha2-256-etm@openssh.com", "hmac-sha2-256-etm@openssh.com", "none", "none", "", ""};
    changed.forEach((place, list) -> lists[place] = list);
    send(KEXINIT, body -> {
      body.write(new byte[16]);
      for (String list : lists) {
        RawSftp.text(body, list);
      }
      body.writeBoolean(isGuessed);
      body.writeInt(0);
    });
  }

  private void send(int type, RawSftp.Body fields) throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    DataOutputStream body = new DataOutputStream(payload);
    body.writeByte(type);
    fields.writeTo(body);
    int padding = 16 - (5 + payload.size()) % 8;
    out.writeInt(1 + payload.size() + padding);
    out.writeByte(padding);
    out.write(payload.toByteArray());
    out.write(new byte[padding]);
    out.flush();
  }

  /** The body of the next message of that type; the server's own KEXINIT is passed over. */
  private DataInputStream await(int type) throws IOException {
    while (true) {
      int length = in.readInt();
      int padding = in.readUnsignedByte();
      byte[] payload = in.readNBytes(length - 1 - padding);
      in.skipNBytes(padding);
      DataInputStream body = new DataInputStream(new ByteArrayInputStream(payload));
      int found = body.readUnsignedByte();
      if (found == type) {
        return body;
      }
      if (found == DISCONNECT) {
        body.readInt();
        throw new Disconnected(new String(body.readNBytes(body.readInt()), StandardCharsets.UTF_8));
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
