package org.stationmaster.sftp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.AsynchronousChannelGroup;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.io.AbstractIoServiceFactory;
import org.apache.sshd.common.io.AbstractIoServiceFactoryFactory;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoConnector;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceFactory;
import org.apache.sshd.common.io.IoServiceFactoryFactory;
import org.apache.sshd.common.util.threads.CloseableExecutorService;
import org.apache.sshd.common.util.threads.ThreadUtils;

/** MINA's threads for a listener, which accepts in our way. */
final class SshService extends AbstractIoServiceFactory {
  private final SftpEnvironment environment;
  private final AsynchronousChannelGroup group;
  private final CloseableExecutorService resuming;

  SshService(FactoryManager manager, SftpEnvironment environment) {
    super(manager, ThreadUtils.newFixedThreadPool("sshd-" + environment.listener().name(), getNioWorkers(manager)));
    this.environment = environment;
    this.resuming = ThreadUtils.newFixedThreadPool("sshd-resume-" + environment.listener().name(),
        getNioWorkers(manager));
    try {
      this.group = AsynchronousChannelGroup.withThreadPool(ThreadUtils.noClose(getExecutorService()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As MINA wants to be told of it. */
  static IoServiceFactoryFactory of(SftpEnvironment environment) {
    return new AbstractIoServiceFactoryFactory(null) {
      @Override
      public IoServiceFactory create(FactoryManager manager) {
        return new SshService(manager, environment);
      }
    };
  }

  @Override
  public IoAcceptor createAcceptor(IoHandler handler) {
    return autowireCreatedService(new SshAcceptor(environment, getFactoryManager(), handler, group, resuming));
  }

  @Override
  public IoConnector createConnector(IoHandler handler) {
    throw new UnsupportedOperationException("the server calls nobody");
  }

  @Override
  protected void doCloseImmediately() {
    try {
      resuming.shutdownNow();
      group.shutdownNow();
    } catch (IOException expected) {
      // Its channels are closed all the same.
    } finally {
      super.doCloseImmediately();
    }
  }
}
