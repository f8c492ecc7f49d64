package org.stationmaster;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * What the libraries below us have to say, apart from the events: warnings to standard error. Written in code because
 * reading a file of Logback's takes a tenth of the start. Found by Logback through {@code META-INF/services}.
 */
public final class LibraryLog extends ContextAwareBase implements Configurator {
  @Override
  public ExecutionStatus configure(LoggerContext logging) {
    PatternLayout layout = new PatternLayout();
    layout.setContext(logging);
    layout.setPattern("%d{yyyy-MM-dd HH:mm:ss} %level %logger{0} %msg%n%ex{3}");
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(logging);
    encoder.setLayout(layout);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(logging);
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    Logger root = logging.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(console);
    // MINA warns of every client that hangs up; our own events say it once and better.
    logging.getLogger("org.apache.sshd").setLevel(Level.ERROR);
    // So do those of its classes that we extend, under our names.
    logging.getLogger("org.stationmaster.sftp").setLevel(Level.ERROR);
    logging.getLogger("org.apache.sshd.common.io.nio2.Nio2Acceptor").setLevel(Level.OFF);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
