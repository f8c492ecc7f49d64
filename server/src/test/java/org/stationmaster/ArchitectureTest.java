package org.stationmaster;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the design: they point from the listeners to the session core to storage, and never back. */
@AnalyzeClasses(packages = "org.stationmaster", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule arrowsPointOneWay = layeredArchitecture().consideringOnlyDependenciesInLayers()
      .layer("root").definedBy("org.stationmaster")
      .layer("cli").definedBy("..stationmaster.cli..")
      .layer("backup").definedBy("..stationmaster.backup..")
      .layer("doctor").definedBy("..stationmaster.doctor..")
      .layer("sftp").definedBy("..stationmaster.sftp..")
      .layer("ftp").definedBy("..stationmaster.ftp..")
      .layer("http").definedBy("..stationmaster.http..")
      .layer("session").definedBy("..stationmaster.session..")
      .layer("account").definedBy("..stationmaster.account..")
      .layer("database").definedBy("..stationmaster.database..")
      .layer("arrival").definedBy("..stationmaster.arrival..")
      .layer("journal").definedBy("..stationmaster.journal..")
      .layer("outbox").definedBy("..stationmaster.outbox..")
      .layer("storage").definedBy("..stationmaster.storage..")
      .layer("crypto").definedBy("..stationmaster.crypto..")
      .layer("defense").definedBy("..stationmaster.defense..")
      .layer("event").definedBy("..stationmaster.event..")
      .layer("config").definedBy("..stationmaster.config..")
      .whereLayer("cli").mayOnlyBeAccessedByLayers("root")
      .whereLayer("backup").mayOnlyBeAccessedByLayers("cli")
      .whereLayer("doctor").mayOnlyBeAccessedByLayers("cli")
      .whereLayer("sftp").mayOnlyBeAccessedByLayers("root")
      .whereLayer("ftp").mayOnlyBeAccessedByLayers("root")
      .whereLayer("http").mayOnlyBeAccessedByLayers("root")
      .whereLayer("session").mayOnlyBeAccessedByLayers("root", "sftp", "ftp")
      .whereLayer("account").mayOnlyBeAccessedByLayers("root", "cli", "doctor", "session")
      .whereLayer("database").mayOnlyBeAccessedByLayers("root", "cli", "backup", "doctor", "account", "arrival",
          "defense", "journal", "outbox")
      .whereLayer("journal").mayOnlyBeAccessedByLayers("root", "cli", "outbox")
      .whereLayer("outbox").mayOnlyBeAccessedByLayers("root", "cli")
      .whereLayer("arrival").mayOnlyBeAccessedByLayers("root")
      .whereLayer("storage").mayOnlyBeAccessedByLayers("root", "session", "sftp", "ftp", "arrival")
      .whereLayer("defense").mayOnlyBeAccessedByLayers("root", "sftp", "ftp", "session")
      .whereLayer("crypto").mayOnlyBeAccessedByLayers("root", "cli", "doctor", "sftp", "account");

  @ArchTest
  static final ArchRule eventsKnowOnlySettings = noClasses().that().resideInAPackage("..stationmaster.event..")
      .should().dependOnClassesThat().resideInAnyPackage("..sftp..", "..ftp..", "..http..", "..session..",
          "..account..", "..storage..", "..crypto..", "..cli..");

  @ArchTest
  static final ArchRule settingsKnowNobody = noClasses().that().resideInAPackage("..stationmaster.config..")
      .should().dependOnClassesThat().resideInAnyPackage("..event..", "..sftp..", "..ftp..", "..http..",
          "..session..", "..account..", "..storage..", "..crypto..", "..cli..");

  @ArchTest
  static final ArchRule storageKnowsNoAccountAndNoProtocol = noClasses().that()
      .resideInAPackage("..stationmaster.storage..").should().dependOnClassesThat()
      .resideInAnyPackage("..account..", "..session..", "..crypto..", "..database..", "..arrival..");

  @ArchTest
  static final ArchRule onlySftpKnowsMina = noClasses().that().resideOutsideOfPackage("..stationmaster.sftp..")
      .should().dependOnClassesThat().resideInAPackage("org.apache.sshd..");

  @ArchTest
  static final ArchRule onlyOwnersOfTablesKnowSql = noClasses().that()
      .resideOutsideOfPackages("..stationmaster.database..", "..stationmaster.account..",
          "..stationmaster.arrival..", "..stationmaster.defense..", "..stationmaster.journal..",
          "..stationmaster.outbox..").should()
      .dependOnClassesThat().resideInAnyPackage("java.sql..", "org.flywaydb..", "org.sqlite..");
}
