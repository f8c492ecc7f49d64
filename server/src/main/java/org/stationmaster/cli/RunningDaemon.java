package org.stationmaster.cli;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.stationmaster.AddressNotAvailable;
import org.stationmaster.Daemon;
import org.stationmaster.StartFailed;
import org.stationmaster.config.ConfigurationSource;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.config.ListenerSettings;
import org.stationmaster.event.Origin;

/** The daemon in a process of its own: listens to the signals of the operating system. */
final class RunningDaemon {
  /** What the end may take beyond the time for transfers. */
  private static final Duration CLOSING_TIME = Duration.ofSeconds(30);

  private RunningDaemon() {
  }

  /** Starts it, and from then on obeys SIGTERM, SIGINT and SIGHUP, and tells systemd, if that runs it. */
  static Daemon start(ConfigurationSource source, Installation installation)
      throws InvalidConfiguration, CommandFailed {
    Supervisor supervisor = Supervisor.of(installation.environment(), installation.err());
    // Heard from the beginning: whoever waits for the ready message may send a signal the moment it is out.
    CompletableFuture<Daemon> running = new CompletableFuture<>();
    for (String signal : new String[] {"TERM", "INT"}) {
      on(signal, () -> running.thenAccept(daemon -> stop(daemon, "SIG" + signal, supervisor)));
    }
    on("HUP", () -> running.thenAccept(RunningDaemon::reload));
    try {
      Daemon daemon = Daemon.start(source, installation.out());
      supervisor.hearReady(accepting(daemon));
      running.complete(daemon);
      return daemon;
    } catch (AddressNotAvailable e) {
      throw new CommandFailed(ExitCode.ADDRESS_NOT_AVAILABLE, "no listener was started:\n  "
          + String.join("\n  ", e.problems()));
    } catch (StartFailed e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage());
    }
  }

  /** {@code Accepting on sftp-1 [::]:22, ftp-1 [::]:21}. */
  private static String accepting(Daemon daemon) {
    return "Accepting on " + daemon.configuration().listeners().stream().map(ListenerSettings::name)
        .flatMap(name -> daemon.address(name).map(address -> name + " " + Origin.format(address)).stream())
        .collect(Collectors.joining(", "));
  }

  private static void stop(Daemon daemon, String reason, Supervisor supervisor) {
    supervisor.hearStopping(daemon.configuration().sessions().drainTime().plus(CLOSING_TIME));
    daemon.stop(reason);
  }

  private static void reload(Daemon daemon) {
    try {
      daemon.reload();
    } catch (InvalidConfiguration expected) {
      // The event log has every problem; the former configuration goes on.
    }
  }

  /**
   * The JDK hears of signals in {@code sun.misc.Signal} only. By reflection, because the compiler warns of its use and
   * our build allows no warning.
   */
  private static void on(String signal, Runnable action) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      Object handler = Proxy.newProxyInstance(handlers.getClassLoader(), new Class<?>[] {handlers}, (_, _, _) -> {
        Thread.ofPlatform().name("signal-" + signal).start(action);
        return null;
      });
      signals.getMethod("handle", signals, handlers).invoke(null, signals.getConstructor(String.class)
          .newInstance(signal), handler);
    } catch (ReflectiveOperationException expected) {
      // This system has no such signal: there is no SIGHUP on Windows.
    }
  }
}
