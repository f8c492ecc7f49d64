package org.stationmaster.event;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import org.stationmaster.config.FileOutputSettings;

/** The event log on disk: one line an event, a new file every day and whenever one is full. */
public final class LogFile implements EventOutput {
  private final LineFormat lines = new LineFormat(ZoneId.systemDefault());
  private final LoggerContext context = new LoggerContext();
  private final RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();

  /**
   * Opens it for appending.
   *
   * @throws IOException when it cannot be written
   */
  public LogFile(FileOutputSettings settings) throws IOException {
    Path path = settings.path();
    context.setMDCAdapter(new LogbackMDCAdapter());
    PatternLayout layout = new PatternLayout();
    layout.setContext(context);
    layout.setPattern("%msg%n");
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(layout);
    encoder.start();
    file.setContext(context);
    file.setName("events");
    file.setFile(path.toString());
    file.setEncoder(encoder);
    // Flushed by flush(), once for all events that came together.
    file.setImmediateFlush(false);
    SizeAndTimeBasedRollingPolicy<ILoggingEvent> rotation = new SizeAndTimeBasedRollingPolicy<>();
    rotation.setContext(context);
    rotation.setParent(file);
    rotation.setFileNamePattern(path + ".%d{yyyy-MM-dd}.%i");
    rotation.setMaxFileSize(new FileSize(settings.fileSize().bytes()));
    rotation.setMaxHistory(settings.keepDays());
    rotation.setTotalSizeCap(new FileSize(settings.keepSize().bytes()));
    rotation.start();
    file.setRollingPolicy(rotation);
    file.start();
    if (!file.isStarted()) {
      throw new IOException("the event log " + path + " cannot be written");
    }
  }

  @Override
  public void write(Event event) {
    file.doAppend(new LoggingEvent("", context.getLogger("events"), Level.INFO, lines.format(event), null, null));
  }

  @Override
  public void flush() throws IOException {
    file.getOutputStream().flush();
  }

  @Override
  public void close() {
    file.stop();
    context.stop();
  }
}
