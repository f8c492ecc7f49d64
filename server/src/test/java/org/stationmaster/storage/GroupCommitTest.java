package org.stationmaster.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.stationmaster.storage.StorageUnderTest.path;
import static org.stationmaster.storage.StorageUnderTest.stagedBelow;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.storage.StorageUnderTest.Mount;

/** Uploads that become visible together, and what the journal says of them. */
@ParameterizedClass
@EnumSource(value = Way.class, names = {"LINUX_WITH_OPENAT2", "PORTABLE"})
class GroupCommitTest {
  @Parameter
  private Way way;
  @TempDir
  private Path folder;
  private StorageUnderTest server;
  private final ExecutorService sessions = Executors.newVirtualThreadPerTaskExecutor();

  @BeforeEach
  void start() throws Exception {
    server = new StorageUnderTest(folder, way);
  }

  @AfterEach
  void stop() {
    sessions.close();
    server.close();
  }

  private Connection otherProgram() throws Exception {
    return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("state/stationmaster.db"));
  }

  private void sql(String text) throws Exception {
    try (Connection connection = otherProgram(); Statement statement = connection.createStatement()) {
      statement.executeUpdate(text);
    }
  }

  /** The rows of the journal in their order, as {@code path:state}. */
  private List<String> journal() throws Exception {
    List<String> rows = new ArrayList<>();
    try (Connection connection = otherProgram(); Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT path, state FROM arrival ORDER BY id")) {
      while (found.next()) {
        rows.add(found.getString(1) + ":" + found.getString(2));
      }
    }
    return rows;
  }

  /** Stages the file now and publishes it in a session of its own. */
  private Future<Void> publish(StagedFile staged) {
    return sessions.submit(() -> {
      staged.publish();
      return null;
    });
  }

  /** Keeps the next groups waiting, so that a test decides what is in the one after it. */
  private final class Blocker {
    private final CountDownLatch released = new CountDownLatch(1);
    private final Future<Void> publishing;

    Blocker() throws Exception {
      CountDownLatch reached = new CountDownLatch(1);
      StagedFile staged = server.stage("/blocker", "x");
      publishing = sessions.submit(() -> {
        staged.publish(() -> {
          reached.countDown();
          try {
            released.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return Optional.empty();
        });
        return null;
      });
      assertTrue(reached.await(30, TimeUnit.SECONDS));
    }

    /** Publishes with those that wait already, after them. */
    Future<Void> queue(StagedFile staged) throws Exception {
      CompletableFuture<Thread> waiting = new CompletableFuture<>();
      Future<Void> publishing = sessions.submit(() -> {
        waiting.complete(Thread.currentThread());
        staged.publish();
        return null;
      });
      while (!publishing.isDone() && waiting.get().getState() != Thread.State.WAITING) {
        LockSupport.parkNanos(1_000_000);
      }
      return publishing;
    }

    void release() throws Exception {
      released.countDown();
      publishing.get();
    }
  }

  private static StorageException failure(Future<Void> publishing) {
    return (StorageException) assertThrows(ExecutionException.class, publishing::get).getCause();
  }

  @Test
  void whatManyPublishAtOnceAllArrivesAndIsConfirmed() throws Exception {
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      String name = "/in-" + i % 5 + "/data-" + i;
      all.add(sessions.submit(() -> {
        server.upload(name, name);
        return null;
      }));
    }
    for (Future<Void> one : all) {
      one.get();
    }
    List<String> journal = journal();
    assertEquals(300, new HashSet<>(journal).size());
    for (int i = 0; i < 300; i++) {
      String name = "/in-" + i % 5 + "/data-" + i;
      assertEquals(name, server.read(name));
      assertTrue(journal.contains(name + ":confirmed"), name);
    }
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void theJournalTellsWhoSentWhatAndWhichPartOfIt() throws Exception {
    server.upload("/in/data", "12345");
    try (StagedFile staged = server.home.stage(path("/in/data"),
        new Home.Beginning(true, false, false, Arrival.Kind.APPEND))) {
      staged.write(StorageUnderTest.bytes("678"), staged.size());
      staged.publish();
    }
    try (Connection connection = otherProgram(); Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM arrival ORDER BY id DESC LIMIT 1")) {
      row.next();
      assertEquals("station SFTP 192.0.2.7:1024 /in/data append 5 3 8 confirmed", String.join(" ",
          row.getString("account"), row.getString("protocol"), row.getString("peer"), row.getString("path"),
          row.getString("kind"), row.getString("written_from"), row.getString("written_bytes"), row.getString("size"),
          row.getString("state")));
      assertEquals(server.homePath.resolve("in/data").toString(), row.getString("real_path"));
      assertTrue(row.getLong("confirmed") >= row.getLong("intended"));
    }
  }

  @Test
  void whatFailsInAGroupFailsAlone() throws Exception {
    server.upload("/changed", "one");
    server.home.createFolder(path("/gone"), false);
    StagedFile first = server.stage("/first", "first");
    StagedFile append = server.home.stage(path("/changed"), true, false);
    append.append(StorageUnderTest.bytes(", two"));
    StagedFile lost = server.stage("/gone/data", "lost");
    StagedFile last = server.stage("/last", "last");
    Blocker blocker = new Blocker();
    List<Future<Void>> group = List.of(blocker.queue(first), blocker.queue(append), blocker.queue(lost),
        blocker.queue(last));
    Files.writeString(server.homePath.resolve("changed"), "another");
    Files.delete(server.homePath.resolve("gone"));
    blocker.release();

    group.get(0).get();
    assertEquals("the file was changed or taken away meanwhile; send it again", failure(group.get(1)).getMessage());
    assertTrue(failure(group.get(2)) instanceof StorageException.NotFound);
    group.get(3).get();
    assertEquals("another", server.read("/changed"));
    assertEquals(List.of("/changed:confirmed", "/blocker:confirmed", "/first:confirmed", "/last:confirmed"), journal());
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void uploadsForTheSameNameKeepTheirOrder() throws Exception {
    List<StagedFile> staged = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      staged.add(server.stage("/data", "version " + i));
    }
    Blocker blocker = new Blocker();
    List<Future<Void>> group = new ArrayList<>();
    for (StagedFile one : staged) {
      group.add(blocker.queue(one));
    }
    blocker.release();
    for (Future<Void> one : group) {
      one.get();
    }
    assertEquals("version 9", server.read("/data"));
  }

  @Test
  void ofTwoAppendsThatStartFromTheSameBytesOneIsToldToSendAgain() throws Exception {
    server.upload("/data", "one,");
    List<StagedFile> appends = new ArrayList<>();
    for (String text : List.of("two", "six")) {
      StagedFile append = server.home.stage(path("/data"), true, false);
      append.write(StorageUnderTest.bytes(text), append.size());
      appends.add(append);
    }
    Blocker blocker = new Blocker();
    Future<Void> first = blocker.queue(appends.get(0));
    Future<Void> second = blocker.queue(appends.get(1));
    blocker.release();
    first.get();
    failure(second);
    assertEquals("one,two", server.read("/data"));
  }

  @Test
  void ofTwoUploadsThatMustBeNewOneArrives() throws Exception {
    Home.Beginning isNew = new Home.Beginning(false, false, true, Arrival.Kind.UPLOAD);
    for (int i = 0; i < 20; i++) {
      String name = "/data-" + i;
      StagedFile one = server.home.stage(path(name), isNew);
      StagedFile other = server.home.stage(path(name), isNew);
      one.write(StorageUnderTest.bytes("one"), 0);
      other.write(StorageUnderTest.bytes("other"), 0);
      Future<Void> first = publish(one);
      Future<Void> second = publish(other);
      int arrived = 0;
      for (Future<Void> each : List.of(first, second)) {
        try {
          each.get();
          arrived++;
        } catch (ExecutionException e) {
          assertTrue(e.getCause() instanceof StorageException.AlreadyExists, e.toString());
        }
      }
      assertEquals(1, arrived);
    }
    assertEquals(20, journal().size());
  }

  @Test
  void whatIsNotWantedAnyMoreIsNotPublished() throws Exception {
    StagedFile staged = server.stage("/data", "x");
    assertEquals("the client is gone", assertThrows(StorageException.Objected.class,
        () -> staged.publish(() -> Optional.of("the client is gone"))).getMessage());
    staged.close();
    assertEquals(List.of(), server.names("/"));
    assertEquals(List.of(), journal());
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void aLargeFileArrivesNextToSmallOnes() throws Exception {
    Future<Void> large = sessions.submit(() -> {
      try (StagedFile staged = server.home.stage(path("/large"), false, false)) {
        ByteBuffer block = ByteBuffer.allocate(1 << 20);
        for (int i = 0; i < 40; i++) {
          block.clear().put(0, (byte) i);
          staged.write(block, (long) i << 20);
        }
        staged.publish();
      }
      return null;
    });
    for (int i = 0; i < 20; i++) {
      server.upload("/small-" + i, "x");
    }
    large.get();
    byte[] bytes = Files.readAllBytes(server.homePath.resolve("large"));
    assertEquals(40 << 20, bytes.length);
    for (int i = 0; i < 40; i++) {
      assertEquals((byte) i, bytes[i << 20]);
    }
  }

  @Test
  void aJournalThatAnotherProgramHasLockedIsWaitedFor() throws Exception {
    Future<Void> upload;
    try (Connection connection = otherProgram(); Statement statement = connection.createStatement()) {
      statement.executeUpdate("BEGIN IMMEDIATE");
      upload = publish(server.stage("/data", "x"));
      assertThrows(TimeoutException.class, () -> upload.get(300, TimeUnit.MILLISECONDS));
      assertEquals(List.of(), server.names("/"));
      statement.executeUpdate("COMMIT");
    }
    upload.get();
    assertEquals("x", server.read("/data"));
  }

  @Test
  void withoutTheJournalNothingIsPublishedUntilItWorksAgain() throws Exception {
    server.upload("/before", "x");
    sql("CREATE TRIGGER broken BEFORE INSERT ON arrival BEGIN SELECT RAISE(ABORT, 'no more of this'); END");
    for (int i = 0; i < 3; i++) {
      StorageException refusal = assertThrows(StorageException.Failed.class, () -> server.upload("/during", "x"));
      assertEquals("the journal of arrivals cannot be written, and without it nothing is published",
          refusal.getMessage());
    }
    assertEquals(List.of("before"), server.names("/"));
    assertEquals(List.of(), stagedBelow(server.data));
    sql("DROP TRIGGER broken");
    server.upload("/after", "x");
    assertEquals(List.of("/before:confirmed", "/after:confirmed"), journal());
    assertEquals(List.of(EventCatalogue.JOURNAL_UNAVAILABLE, EventCatalogue.JOURNAL_AVAILABLE),
        server.events().stream().map(event -> event.type()).toList());
  }

  @Test
  void aFileThatTheJournalCannotForgetStaysStagedUntilItCan() throws Exception {
    sql("CREATE TRIGGER broken BEFORE DELETE ON arrival BEGIN SELECT RAISE(ABORT, 'no more of this'); END");
    StagedFile staged = server.stage("/data", "long enough to be kept");
    assertThrows(StorageException.Objected.class, () -> staged.publish(() -> Optional.of("the client is gone")));
    // Moved away it would count as arrived after a crash.
    assertEquals(Optional.empty(), staged.keep("192.0.2.7:1024"));
    assertEquals(List.of("/data:intended"), journal());
    assertEquals(1, stagedBelow(server.data).size());
    sql("DROP TRIGGER broken");
    server.upload("/next", "x");
    assertEquals(List.of("/next:confirmed"), journal());
    assertEquals(List.of(), stagedBelow(server.data));
  }

  @Test
  void aConfirmationThatTheJournalDoesNotTakeComesLater() throws Exception {
    sql("CREATE TRIGGER broken BEFORE UPDATE ON arrival BEGIN SELECT RAISE(ABORT, 'no more of this'); END");
    server.upload("/data", "x");
    assertEquals("x", server.read("/data"));
    assertEquals(List.of("/data:intended"), journal());
    sql("DROP TRIGGER broken");
    server.upload("/next", "x");
    assertEquals(List.of("/data:confirmed", "/next:confirmed"), journal());
  }

  @Test
  void whatAFullDiskDidNotTakeIsNotPublished() throws Exception {
    try (Mount disk = Mount.tmpfs(server.homePath.resolve("disk"), "1m"); Home home = server.open(server.homePath)) {
      StagedFile staged = home.stage(path("/disk/data"), false, false);
      assertThrows(StorageException.DiskFull.class, () -> staged.write(ByteBuffer.allocate(4 << 20), 0));
      assertThrows(StorageException.DiskFull.class, staged::publish);
      try (StagedFile next = home.stage(path("/disk/next"), false, false)) {
        next.publish();
      }
      assertTrue(Files.exists(disk.at().resolve("next")));
    }
    assertEquals(List.of("/disk/next:confirmed"), journal());
  }
}
