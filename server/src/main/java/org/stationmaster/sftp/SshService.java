package org.stationmaster.sftp;

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
  private final SftpEnvironment environment;
  private IoServiceEventListener listener;

  private SshService(SftpEnvironment environment) {
    this.environment = environment;
  }

  /** As MINA wants to be told of it. */
  static IoServiceFactoryFactory of(SftpEnvironment environment) {
    return new IoServiceFactoryFactory() {
      @Override
      public IoServiceFactory create(FactoryManager manager) {
        return new SshService(environment);
      }

      @Override
      public void setExecutorServiceFactory(Factory<CloseableExecutorService> threads) {
        // There is no pool that it could make.
      }
    };
  }

  @Override
  public IoAcceptor createAcceptor(IoHandler handler) {
    SshAcceptor acceptor = new SshAcceptor(environment, handler);
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
