package org.stationmaster.sftp;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.session.FileSession;

/**
 * The SFTP subsystem on a channel: reads a request, answers it and reads the next. When the client goes, everything
 * that had arrived is worked off, and what is open is abandoned only then.
 */
final class SftpSubsystem extends ChannelProgram {
  private final SftpReplies replies = new SftpReplies(this::send);

  SftpSubsystem(SessionChannel channel) {
    super(channel, Optional.empty());
  }

  @Override
  int run(FileSession files) throws IOException {
    SftpConversation conversation = new SftpConversation(files, peer().connection(), peer().events(), replies,
        this::isClientGone);
    try {
      peer().emitStarted("SFTP", files);
      answerAll(conversation);
      return 0;
    } catch (MalformedPacket e) {
      peer().emit(EventCatalogue.SFTP_PACKET_FAILED, Map.of("details", e.getMessage()));
      return 1;
    } finally {
      conversation.end(peer().whyIncomplete());
      peer().emit(EventCatalogue.SFTP_CLOSED, Map.of("sftp_version", conversation.version()));
      replies.flush();
    }
  }

  private void answerAll(SftpConversation conversation) throws IOException, MalformedPacket {
    Optional<SftpPacket> packet = SftpPacket.read(input());
    while (packet.isPresent()) {
      SftpPacket request = packet.get();
      peer().work(() -> {
        conversation.answer(request);
        return conversation;
      }, SftpConversation::sendCloseAnswer);
      // Not as part of the work: waiting for a client that does not read is idle time.
      replies.flushIfEnough();
      packet = SftpPacket.read(input());
    }
  }

  @Override
  void flush() {
    replies.flush();
  }

  @Override
  public String toString() {
    return "SFTP";
  }
}
