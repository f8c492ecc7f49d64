package org.stationmaster.sftp;

import java.nio.ByteBuffer;
import java.util.Map;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.OpenFile;
import org.stationmaster.session.PermissionDenied;
import org.stationmaster.storage.Capacity;
import org.stationmaster.storage.StorageException;

/** Answers of extensions; unless said otherwise they are those of OpenSSH's PROTOCOL document, section 4. */
final class SftpExtensions {
  private static final int COPY_BUFFER = 128 * 1024;
  private static final int LONGEST_NAME = 255;
  /** ST_NOSUID: nothing that is sent here is executed with anybody's rights. */
  private static final int NO_SET_USER_ID = 2;

  private SftpExtensions() {
  }

  static void fileSystem(SftpConversation conversation, int id, SftpPacket packet)
      throws MalformedPacket, StorageException, PermissionDenied {
    sendCapacity(conversation, id, conversation.files().capacity(packet.text()));
  }

  static void fileSystemOfHandle(SftpConversation conversation, int id, SftpPacket packet)
      throws MalformedPacket, StorageException, PermissionDenied {
    sendCapacity(conversation, id, conversation.files().capacity(conversation.folder(packet)));
  }

  private static void sendCapacity(SftpConversation conversation, int id, Capacity capacity) {
    conversation.replies().begin(SftpRequest.EXTENDED_REPLY, id)
        .size(capacity.blockSize())
        .size(capacity.blockSize())
        .size(capacity.blocks())
        .size(capacity.freeBlocks())
        .size(capacity.usableBlocks())
        .size(capacity.files())
        .size(capacity.freeFiles())
        .size(capacity.freeFiles())
        // Which file system it is remains the server's.
        .size(0)
        .size(NO_SET_USER_ID)
        .size(LONGEST_NAME)
        .end();
  }

  /** draft-ietf-secsh-filexfer-extensions-00 section 7: bytes go from one open file to another; 0 is all. */
  static void copyData(SftpConversation conversation, int id, SftpPacket packet)
      throws MalformedPacket, StorageException, PermissionDenied {
    OpenFile source = conversation.file(packet);
    long from = packet.size();
    long length = packet.size();
    OpenFile target = conversation.file(packet);
    long to = packet.size();
    if (source == target) {
      throw new StorageException.Failed("a file cannot be copied into itself", null);
    }
    ByteBuffer buffer = ByteBuffer.allocate(COPY_BUFFER);
    long left = length == 0 ? Long.MAX_VALUE : length;
    while (left > 0) {
      if (conversation.isClientGone()) {
        throw new StorageException.Failed("the client went away", null);
      }
      buffer.clear().limit((int) Math.min(buffer.capacity(), left));
      int count = source.read(buffer, from);
      if (count <= 0) {
        break;
      }
      target.write(buffer.flip(), to);
      conversation.active();
      from += count;
      to += count;
      left -= count;
    }
    if (length > 0 && left > 0) {
      conversation.replies().status(id, SftpStatus.END_OF_FILE, "the file ended " + left + " bytes earlier");
    } else {
      conversation.done(id);
    }
  }

  /** draft-ietf-secsh-filexfer-extensions-00 section 5; an account knows of no home but its own. */
  static void home(SftpConversation conversation, int id, SftpPacket packet) throws MalformedPacket, StorageException {
    String user = packet.text();
    if (!isOwn(conversation, user)) {
      throw new StorageException.NotFound("no such user");
    }
    conversation.sendName(id, "/");
  }

  private static boolean isOwn(SftpConversation conversation, String user) {
    return user.isEmpty() || user.equals(conversation.files().accountName());
  }

  /** A canonical name, of a path that may begin with {@code ~} or {@code ~user}. */
  static void expandPath(SftpConversation conversation, int id, SftpPacket packet)
      throws MalformedPacket, StorageException {
    String path = packet.text();
    if (path.startsWith("~")) {
      int end = path.indexOf('/') < 0 ? path.length() : path.indexOf('/');
      if (!isOwn(conversation, path.substring(1, end))) {
        throw new StorageException.NotFound("no such user");
      }
      path = "/" + path.substring(end);
    }
    conversation.sendCanonicalName(id, path);
  }

  /** The names that listings show; there are no others, because users of the system are nobody's business here. */
  static void names(SftpConversation conversation, int id, SftpPacket packet) throws MalformedPacket {
    ByteBuffer users = packet.bytes();
    ByteBuffer groups = packet.bytes();
    SftpReplies reply = conversation.replies().begin(SftpRequest.EXTENDED_REPLY, id);
    putNames(reply, users, AttributeCodec.OWNER_NAME);
    putNames(reply, groups, AttributeCodec.GROUP_NAME);
    reply.end();
  }

  /** For each id its name; an empty one for an id that is not ours. */
  private static void putNames(SftpReplies reply, ByteBuffer ids, String name) {
    int lengthAt = reply.packetLength();
    reply.number(0);
    while (ids.remaining() >= Integer.BYTES) {
      reply.text(ids.getInt() == AttributeCodec.OWNER_ID ? name : "");
    }
    reply.numberAt(lengthAt, reply.packetLength() - lengthAt - Integer.BYTES);
  }

  /** A link would be a second name for bytes that are replaced under the first one only. */
  static void refuseHardLink(SftpConversation conversation, int id, SftpPacket packet)
      throws MalformedPacket, StorageException {
    packet.text();
    Map<String, Object> data = Map.of("request", SftpRequest.Extension.HARDLINK.title());
    conversation.emit(EventCatalogue.SFTP_EXTENSION_REFUSED, data);
    throw new StorageException.PathRefused("hard links are not made to \"" + packet.text() + "\" or anything else");
  }
}
