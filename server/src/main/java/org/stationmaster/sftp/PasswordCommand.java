package org.stationmaster.sftp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.stationmaster.session.FileSession;
import org.stationmaster.session.Logins;

/**
 * The command {@code passwd}, also called {@code change-password}: asks for the current password, a new one and the new
 * one again, and ends the connection whatever came of it. Without a terminal the client shows what is typed; with one
 * it shows what we send back, which is nothing but the line ends.
 */
final class PasswordCommand extends StreamProgram {
  private static final int LONGEST = 1024;
  private static final Duration TIME_TO_LEAVE = Duration.ofSeconds(5);

  private final SessionChannel channel;
  private final Logins logins;
  private final Duration patience;
  private final boolean hasArguments;
  private final TypedLines lines;
  private volatile boolean isLate;
  private boolean isWithinLine;

  /** A client's question was not answered; the message is a sentence for it. */
  private static final class NotAnswered extends Exception {
    private static final long serialVersionUID = 1;

    NotAnswered(String sentence) {
      super(sentence);
    }
  }

  /** For a client that has executed {@code line}, of which the event log gets the first word only. */
  PasswordCommand(SessionChannel channel, String line) {
    super(channel, Optional.of(SessionChannel.firstWord(line)));
    this.channel = channel;
    this.logins = channel.logins();
    this.patience = channel.patience();
    this.hasArguments = line.strip().contains(" ");
    this.lines = new TypedLines(input(), channel.hasTerminal(), LONGEST);
  }

  @Override
  int run(FileSession files) throws IOException {
    channel.addCloseFutureListener(_ -> Thread.ofVirtual().name("sftp-password-end").start(this::endConnection));
    Thread timer = Thread.ofVirtual().name("sftp-password-timer").start(this::stopAsking);
    Optional<String> refusal;
    try {
      refusal = change();
    } finally {
      timer.interrupt();
    }
    if (refusal.isPresent()) {
      say((isWithinLine ? "\n" : "") + refusal.get() + "\nFailed to update password.\n");
      return 1;
    }
    say("Password successfully updated.\n");
    return 0;
  }

  /** The client goes first if it wants to: PuTTY takes a connection that is closed before it has left for an error. */
  private void endConnection() {
    try {
      Thread.sleep(TIME_TO_LEAVE);
    } catch (InterruptedException expected) {
      // Nobody interrupts it; if somebody did, there would be no more time.
    }
    channel.getSession().close(false);
  }

  private void stopAsking() {
    try {
      Thread.sleep(patience);
      isLate = true;
      inputEnded();
    } catch (InterruptedException expected) {
      // It is over in time.
    }
  }

  private Optional<String> change() throws IOException {
    boolean isEncrypted = peer().isEncrypted();
    Optional<String> obstacle = logins.obstacleToPasswordChange(peer().connection(), isEncrypted);
    if (obstacle.isPresent()) {
      return obstacle;
    }
    try {
      if (hasArguments) {
        throw new NotAnswered("The command takes no arguments; it asks for the passwords.");
      }
      String present = ask("Current password: ");
      String replacement = ask("New password: ");
      String confirmation = ask("Confirm new password: ");
      return logins.changePassword(peer().connection(), isEncrypted, present, replacement, confirmation);
    } catch (TypedLines.Unusable | NotAnswered e) {
      logins.gaveUpPasswordChange(peer().connection(), e.getMessage());
      return Optional.of(e.getMessage());
    }
  }

  private String ask(String question) throws IOException, TypedLines.Unusable, NotAnswered {
    say(question);
    isWithinLine = true;
    Optional<String> answer = lines.next();
    if (answer.isEmpty()) {
      throw new NotAnswered(isLate ? "There was no answer within " + patience.toSeconds() + " seconds."
          : "The input ended before the new password was confirmed.");
    }
    if (channel.hasTerminal()) {
      say("\n");
      isWithinLine = false;
    }
    return answer.get();
  }

  private void say(String text) {
    byte[] bytes = (channel.hasTerminal() ? text.replace("\n", "\r\n") : text).getBytes(StandardCharsets.UTF_8);
    send(bytes, bytes.length);
  }

  @Override
  public String toString() {
    return "a change of password";
  }
}
