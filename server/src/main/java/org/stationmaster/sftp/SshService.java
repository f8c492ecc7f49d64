package org.stationmaster.sftp;

import java.util.function.Function;
import org.apache.sshd.common.Factory;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.io.IoAcceptor;
import org.apache.sshd.common.io.IoConnector;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceEventListener;
import org.apache.sshd.common.io.IoServiceFactory;
import org.apache.sshd.common.io.IoServiceFactoryFactory;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.apache.sshd.common.util.threads.CloseableExecutorService;

/** Where MINA gets its connections from: each is worked on by a virtual thread of its own ({@link SshSocket}). */
final class SshService extends AbstractCloseable implements IoServiceFactory {
  private final Function<IoHandler, SshAcceptor> acceptors;
  private IoServiceEventListener listener;

  private SshService(Function<IoHandler, SshAcceptor> acceptors) {
    this.acceptors = acceptors;
  }

  /** As MINA wants to be told of it. */
  static IoServiceFactoryFactory of(SftpEnvironment environment, int backlog) {
    return new IoServiceFactoryFactory() {
      @Override
      public IoServiceFactory create(FactoryManager manager) {
        return new SshService(handler -> new SshAcceptor(environment, handler, backlog));
      }

      @Override
      public void setExecutorServiceFactory(Factory<CloseableExecutorService> threads) {
        // There is no pool that it could make.
      }
    };
  }

  @Override
  public IoAcceptor createAcceptor(IoHandler handler) {
    SshAcceptor acceptor = acceptors.apply(handler);
    acceptor.setIoServiceEventListener(listener);
    return acceptor;
  }

  @Override
  public IoConnector createConnector(IoHandler handler) {
    throw new UnsupportedOperationException("the server calls nobody");
  }

  @Override
  public IoServiceEventListener getIoServiceEventListener() {
    return listener;
  }

  @Override
  public void setIoServiceEventListener(IoServiceEventListener told) {
    listener = told;
  }
}
