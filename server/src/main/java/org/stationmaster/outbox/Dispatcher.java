package org.stationmaster.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.stationmaster.config.RetrySettings;
import org.stationmaster.database.DatabaseException;
import org.stationmaster.event.Event;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;
import org.stationmaster.outbox.Delivery.Answer;

/**
 * Tells one output of every arrival, each account's in order, until it says that it has understood. One thread decides;
 * each delivery has a thread of its own.
 *
 * <p>It reads the arrivals in the order of their ids and remembers the id up to which all are settled. An account whose
 * arrival is not taken is put beside with a position of its own, so that others go on; so what has to be remembered
 * does not grow with the number of arrivals, however long the receiver is away.
 */
final class Dispatcher implements AutoCloseable {
  /** Arrivals that are held in memory. */
  private static final int WINDOW = 1000;
  /** Those of accounts that lag behind, all together. */
  private static final int BESIDE = 20_000;
  /** What comes meanwhile is told together. */
  private static final Duration GATHER = Duration.ofMillis(50);
  /** Between two looks at what an operator wants. */
  private static final Duration LOOK = Duration.ofSeconds(2);
  /** A publication that takes so long holds up its account only. */
  private static final Duration SLOW = Duration.ofSeconds(10);
  private static final Duration EXPIRE_EVERY = Duration.ofMinutes(10);
  private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(5);
  /** Until it is said that the receiver is away. */
  private static final int FAILURES_IN_A_ROW = 3;
  private static final int LONGEST_REASON = 500;

  private final String output;
  private final Delivery delivery;
  private final Predicate<Event> filter;
  private final RetrySettings retry;
  private final OutboxStore store;
  private final Events events;
  private final Thread thread;
  private final Instant begin = Instant.now();
  private final long beginNanos = System.nanoTime();
  private final Semaphore news = new Semaphore(0);
  private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();
  private final Set<Thread> deliveries = ConcurrentHashMap.newKeySet();
  private volatile boolean isClosing;
  private volatile boolean hasArrivals;
  private volatile boolean isListening;

  // All below is used by the thread only.
  private OutboxStore.State state;
  private final TreeMap<Long, Notice> window = new TreeMap<>();
  private long loadedTo;
  private boolean isLoaded;
  /** The one that had its turn last is last. */
  private final Map<String, Queued> lagging = new LinkedHashMap<>();
  private boolean isTurnOfLagging;
  private final Deque<Notice> again = new ArrayDeque<>();
  private final Set<String> busy = new HashSet<>();
  private OutboxStore.Progress progress = new OutboxStore.Progress();
  private int batchLimit;
  private int failures;
  private Instant nextTry = Instant.MIN;
  private Instant nextLook = Instant.MIN;
  private Instant nextExpiry = Instant.MIN;
  private Instant lastAccepted = Instant.MIN;

  private record Finished(List<Notice> batch, boolean isAgain, Answer answer) {
  }

  /** An account that lags behind. */
  private static final class Queued {
    private final Deque<Notice> waiting = new ArrayDeque<>();
    private long position;
    private long loadedTo;
    /** Whether {@link #waiting} has all there is. */
    private boolean isWhole;
    /** Those that count; all of this run are {@link #tries}. */
    private int attempts;
    private int tries;
    private Instant nextLoad = Instant.MIN;
    private Instant firstFailed = Instant.MAX;
    private Instant nextTry = Instant.MIN;
    private String lastError = "";

    OutboxStore.Lagging row(String account) {
      return new OutboxStore.Lagging(account, position, attempts,
          firstFailed == Instant.MAX ? Instant.EPOCH : firstFailed, lastError);
    }
  }

  Dispatcher(String output, Delivery delivery, Predicate<Event> filter, RetrySettings retry, OutboxStore store,
      Events events) {
    this.output = output;
    this.delivery = delivery;
    this.filter = filter;
    this.retry = retry;
    this.store = store;
    this.events = events;
    this.batchLimit = delivery.batchSize();
    this.thread = Thread.ofVirtual().name("outbox-" + output).start(this::run);
  }

  /** Something has arrived. Never waits. */
  void wake() {
    hasArrivals = true;
    if (isListening) {
      news.release();
    }
  }

  /** What is planned is planned by this, which does not jump with the clock. */
  private Instant now() {
    return begin.plusNanos(System.nanoTime() - beginNanos);
  }

  private void run() {
    while (!isClosing) {
      try {
        if (state == null) {
          restart();
        }
        settleFinished();
        look();
        load();
        while (launch()) {
          // As much at a time as the delivery allows.
        }
        save();
        sleep();
      } catch (DatabaseException expected) {
        // Who needs the database to publish has said so; nothing is lost, at worst something is told twice.
        forget();
        pause(LOOK);
      } catch (InterruptedException expected) {
        // It is to end.
      } catch (RuntimeException e) {
        events.emit(EventCatalogue.INTERNAL_ERROR, Origin.process(),
            Map.of("activity", "telling output " + output + " of arrivals", "details", e.toString()));
        forget();
        pause(LOOK);
      }
    }
    end();
  }

  /** What is under way gets a little time to be understood, else it is told again. */
  private void end() {
    Instant last = now().plus(PATIENCE_AT_CLOSE);
    while (!deliveries.isEmpty() && now().isBefore(last)) {
      pause(Duration.ofMillis(5));
    }
    deliveries.forEach(Thread::interrupt);
    if (state != null) {
      try {
        settleFinished();
        save();
      } catch (DatabaseException expected) {
        // Then it is told again.
      }
    }
  }

  private void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException expected) {
      // It is to end.
    }
  }

  /** Begins where the tables say; what is under way meanwhile is told again. */
  private void restart() throws DatabaseException {
    state = store.state(output).orElse(null);
    if (state == null) {
      // An operator had it forgotten though the configuration names it: it begins anew.
      store.activate(output);
      state = store.state(output).orElseThrow();
    }
    loadedTo = state.position();
    isLoaded = false;
    for (OutboxStore.Lagging row : store.lagging(output)) {
      Queued account = new Queued();
      account.position = row.position();
      account.loadedTo = row.position();
      account.attempts = row.attempts();
      account.firstFailed = row.firstFailed().equals(Instant.EPOCH) ? Instant.MAX : row.firstFailed();
      account.lastError = row.lastError();
      lagging.put(row.account(), account);
    }
    store.again(output).forEach(row -> again.add(row.notice()));
  }

  private void forget() {
    state = null;
    window.clear();
    lagging.clear();
    again.clear();
    progress = new OutboxStore.Progress();
    nextTry = Instant.MIN;
  }

  /** Sees what an operator has changed, and gives up what is too old. */
  private void look() throws DatabaseException {
    Instant now = now();
    if (now.isBefore(nextLook)) {
      return;
    }
    nextLook = now.plus(LOOK);
    save();
    if (!now.isBefore(nextExpiry)) {
      nextExpiry = now.plus(EXPIRE_EVERY);
      long count = store.giveUp(output, Instant.now().minus(retry.giveUpAfter()));
      if (count > 0) {
        events.emit(EventCatalogue.OUTBOX_GAVE_UP, Origin.process(),
            Map.of("output", output, "count", count, "hours", retry.giveUpAfter().toHours()));
      }
    }
    Optional<OutboxStore.State> present = store.state(output);
    if (present.isEmpty() || present.get().generation() != state.generation()) {
      forget();
      restart();
    }
  }

  private void load() throws DatabaseException {
    if (hasMore()) {
      loadWindow();
    }
    for (Map.Entry<String, Queued> entry : List.copyOf(lagging.entrySet())) {
      if (entry.getValue().waiting.isEmpty() && !now().isBefore(entry.getValue().nextLoad)) {
        loadLagging(entry.getKey(), entry.getValue());
      }
    }
  }

  /** Whether the next arrivals are to be read; it may be that the filter passes over very many. */
  private boolean hasMore() {
    return window.size() < WINDOW / 2 && !isLoaded;
  }

  private void loadWindow() throws DatabaseException {
    List<OutboxStore.Row> rows = store.arrivals(loadedTo, WINDOW);
    isLoaded = rows.size() < WINDOW;
    for (OutboxStore.Row row : rows) {
      Queued account = lagging.get(row.notice().account());
      if (account == null && !row.isConfirmed()) {
        if (isRecent(row.intended())) {
          // Nobody is told of what follows before this is settled; its confirmation wakes us.
          isLoaded = true;
          return;
        }
        putBeside(row.notice().account(), row.id());
      } else if (account != null) {
        account.isWhole = false;
      } else if (filter.test(row.notice().event())) {
        window.put(row.id(), row.notice());
      }
      loadedTo = row.id();
      progress.changed();
    }
  }

  /** Not what seems to come from the future, because the clock was turned back: that would hold up all for as long. */
  private static boolean isRecent(Instant intended) {
    Duration age = Duration.between(intended, Instant.now());
    return !age.isNegative() && age.compareTo(SLOW) < 0;
  }

  /** From now on the account has a position of its own, before the first arrival that is not settled. */
  private Queued putBeside(String account, long arrival) {
    long first = window.values().stream().filter(notice -> notice.account().equals(account)).mapToLong(Notice::id)
        .findFirst().orElse(arrival);
    Queued queued = new Queued();
    queued.position = first - 1;
    queued.loadedTo = first - 1;
    lagging.put(account, queued);
    progress.lags(queued.row(account));
    window.values().removeIf(notice -> notice.account().equals(account));
    return queued;
  }

  private void loadLagging(String name, Queued account) throws DatabaseException {
    if (busy.contains(name)) {
      return;
    }
    if (!account.isWhole) {
      int share = Math.clamp(BESIDE / lagging.size(), 1, WINDOW);
      List<OutboxStore.Row> rows = store.arrivals(name, account.loadedTo, share);
      account.isWhole = rows.size() < share;
      for (OutboxStore.Row row : rows) {
        if (!row.isConfirmed()) {
          account.isWhole = false;
          account.nextLoad = now().plus(LOOK);
          break;
        }
        account.loadedTo = row.id();
        if (filter.test(row.notice().event())) {
          account.waiting.add(row.notice());
        } else if (account.waiting.isEmpty()) {
          account.position = row.id();
        }
      }
    }
    if (account.waiting.isEmpty() && account.isWhole && account.loadedTo <= loadedTo) {
      lagging.remove(name);
      progress.caughtUp(name);
    }
  }

  /** Starts a delivery; false if there is nothing that may begin now. */
  private boolean launch() {
    if (isClosing || deliveries.size() >= delivery.atOnce() || now().isBefore(nextTry)) {
      return false;
    }
    boolean isAgain = !again.isEmpty() && !busy.contains(again.peek().account());
    List<Notice> batch = isAgain ? List.of(again.remove()) : next();
    if (batch.isEmpty()) {
      return false;
    }
    batch.forEach(notice -> busy.add(notice.account()));
    Thread courier = Thread.ofVirtual().name("outbox-" + output + "-delivery").unstarted(() -> deliver(batch, isAgain));
    deliveries.add(courier);
    courier.start();
    return true;
  }

  private void deliver(List<Notice> batch, boolean isAgain) {
    Answer answer = new Answer.Failed("internal error");
    try {
      answer = delivery.deliver(batch);
    } catch (InterruptedException e) {
      answer = new Answer.Unavailable("the server stops");
    } catch (RuntimeException e) {
      answer = new Answer.Failed("internal error: " + e);
    } finally {
      // Whatever came of it, the accounts are not busy any more.
      finished.add(new Finished(batch, isAgain, answer));
      deliveries.remove(Thread.currentThread());
      news.release();
    }
  }

  /** The next that may be told together, of accounts of which nothing is under way: by turns of those that lag. */
  private List<Notice> next() {
    isTurnOfLagging = !isTurnOfLagging;
    List<Notice> first = isTurnOfLagging ? nextOfLagging() : nextOfWindow();
    return !first.isEmpty() ? first : isTurnOfLagging ? nextOfWindow() : nextOfLagging();
  }

  private List<Notice> nextOfLagging() {
    Instant now = now();
    for (Map.Entry<String, Queued> entry : lagging.entrySet()) {
      Queued account = entry.getValue();
      if (!account.waiting.isEmpty() && !busy.contains(entry.getKey()) && !now.isBefore(account.nextTry)) {
        lagging.remove(entry.getKey());
        lagging.put(entry.getKey(), account);
        // The one that failed alone, so that it is known whether it is the reason; then all that waited behind it.
        return account.waiting.stream().limit(account.tries > 0 ? 1 : batchLimit).toList();
      }
    }
    return List.of();
  }

  private List<Notice> nextOfWindow() {
    List<Notice> batch = new ArrayList<>();
    Iterator<Notice> ready = window.values().iterator();
    while (ready.hasNext() && batch.size() < batchLimit) {
      Notice notice = ready.next();
      if (!busy.contains(notice.account())) {
        batch.add(notice);
      }
    }
    return batch;
  }

  private void settleFinished() {
    for (Finished one = finished.poll(); one != null; one = finished.poll()) {
      one.batch().forEach(notice -> busy.remove(notice.account()));
      if (state == null) {
        continue;
      }
      switch (one.answer()) {
        case Answer.Accepted() -> accepted(one);
        case Answer.Refused(String reason) -> failed(one, reason, true);
        case Answer.Failed(String reason) -> {
          backOff(reason);
          failed(one, reason, false);
        }
        case Answer.Unavailable(String reason) -> {
          backOff(reason);
          if (one.isAgain()) {
            again.addFirst(one.batch().getFirst());
          }
        }
      }
    }
  }

  private void accepted(Finished one) {
    lastAccepted = now();
    failures = 0;
    nextTry = Instant.MIN;
    batchLimit = Math.min(delivery.batchSize(), batchLimit * 2);
    if (state.failingSince().isPresent()) {
      events.emit(EventCatalogue.OUTBOX_RESUMED, Origin.process(), Map.of("output", output, "seconds",
          Duration.between(state.failingSince().get(), Instant.now()).toSeconds()));
      state = failing(Optional.empty(), state.lastError());
    }
    progress.delivered(one.batch().size());
    for (Notice notice : one.batch()) {
      Queued account = lagging.get(notice.account());
      if (one.isAgain()) {
        progress.settled(notice.id());
      } else if (account != null) {
        settle(notice, account);
      } else {
        window.remove(notice.id());
      }
    }
  }

  private void settle(Notice notice, Queued account) {
    account.waiting.removeIf(waiting -> waiting.id() <= notice.id());
    account.position = Math.max(account.position, notice.id());
    account.loadedTo = Math.max(account.loadedTo, notice.id());
    account.attempts = 0;
    account.tries = 0;
    account.firstFailed = Instant.MAX;
    account.nextTry = Instant.MIN;
    progress.lags(account.row(notice.account()));
  }

  /** The receiver takes nothing, or one thing: both look the same until it takes another. */
  private void backOff(String reason) {
    nextTry = now().plus(pauseAfter(failures));
    failures++;
    if (state.failingSince().isEmpty() && failures >= FAILURES_IN_A_ROW) {
      events.emit(EventCatalogue.OUTBOX_STALLED, Origin.process(),
          Map.of("output", output, "details", shortened(reason)));
      state = failing(Optional.of(Instant.now()), shortened(reason));
      progress.changed();
    }
  }

  private OutboxStore.State failing(Optional<Instant> since, String reason) {
    return new OutboxStore.State(output, state.position(), true, state.generation(), state.delivered(),
        state.lastDelivered(), since, reason);
  }

  private static String shortened(String reason) {
    return reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "..." : reason;
  }

  /** Twice as long each time, and by up to a half longer, so that not all come back at the same moment. */
  private Duration pauseAfter(int failed) {
    long millis = Math.min(retry.longest().toMillis(), retry.first().toMillis() << Math.min(failed, 30));
    return Duration.ofMillis(millis + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
  }

  private void failed(Finished one, String reason, boolean isRefused) {
    if (one.batch().size() > 1) {
      batchLimit = Math.max(1, one.batch().size() / 2);
      return;
    }
    Notice notice = one.batch().getFirst();
    String error = shortened(reason);
    if (one.isAgain()) {
      progress.parked(parked(notice, 1, error));
      return;
    }
    Queued account = lagging.get(notice.account());
    if (account == null) {
      account = putBeside(notice.account(), notice.id());
      account.waiting.add(notice);
      account.loadedTo = notice.id();
    }
    account.tries++;
    if (account.firstFailed == Instant.MAX) {
      account.firstFailed = now();
    }
    // What did not get through is its own fault only if others did meanwhile.
    if (isRefused || lastAccepted.isAfter(account.firstFailed)) {
      account.attempts++;
    }
    account.lastError = error;
    if (account.attempts >= retry.attempts()) {
      park(notice, account, error);
    } else {
      account.nextTry = now().plus(pauseAfter(account.tries - 1));
      progress.lags(account.row(notice.account()));
    }
  }

  private void park(Notice notice, Queued account, String error) {
    progress.parked(parked(notice, account.attempts, error));
    events.emit(EventCatalogue.ARRIVAL_PARKED, Origin.process(), Map.of("output", output, "account", notice.account(),
        "path", notice.event().data().get("path"), "arrival", notice.id(), "attempts", account.attempts, "details",
        error));
    settle(notice, account);
  }

  private static OutboxStore.Parked parked(Notice notice, int attempts, String error) {
    return new OutboxStore.Parked(notice.id(), notice.account(), "", notice.event().time(), attempts, Instant.now(),
        error, false);
  }

  private void save() throws DatabaseException {
    long position = window.isEmpty() ? loadedTo : window.firstKey() - 1;
    if (progress.isEmpty() && position == state.position()) {
      return;
    }
    state = new OutboxStore.State(output, position, true, state.generation(), state.delivered(),
        state.lastDelivered(), state.failingSince(), state.lastError());
    if (store.save(state, progress)) {
      progress = new OutboxStore.Progress();
    } else {
      forget();
      restart();
    }
  }

  /** Until something arrives, is delivered, or may be tried again. */
  private void sleep() throws InterruptedException {
    if (hasMore()) {
      return;
    }
    Instant now = now();
    Instant until = nextLook;
    boolean isFree = deliveries.size() < delivery.atOnce();
    if (isFree && nextTry.isAfter(now)) {
      until = nextTry.isBefore(until) ? nextTry : until;
    } else if (isFree) {
      for (Queued account : lagging.values()) {
        if (account.nextTry.isAfter(now) && account.nextTry.isBefore(until)) {
          until = account.nextTry;
        }
      }
    }
    // While nothing could be begun, nobody needs to say that there is more.
    isListening = isFree && !nextTry.isAfter(now);
    if (!isListening || !hasArrivals) {
      news.tryAcquire(Math.max(0, Duration.between(now, until).toMillis() + 1), TimeUnit.MILLISECONDS);
    }
    isListening = false;
    news.drainPermits();
    if (hasArrivals && isFree && finished.isEmpty()) {
      Thread.sleep(GATHER);
    }
    hasArrivals = false;
    isLoaded = false;
  }

  @Override
  public void close() {
    isClosing = true;
    news.release();
    try {
      thread.join(PATIENCE_AT_CLOSE.multipliedBy(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    delivery.close();
  }
}
