package org.stationmaster.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.stationmaster.account.Account;
import org.stationmaster.account.AccountRefused;
import org.stationmaster.account.AccountStoreException;
import org.stationmaster.account.Accounts;
import org.stationmaster.config.Configuration;
import org.stationmaster.config.InvalidConfiguration;

/** Opens the accounts for the time of one command. */
final class AccountDatabase {
  private AccountDatabase() {
  }

  /** What a command does with them. */
  @FunctionalInterface
  interface Work {
    void with(Accounts accounts) throws AccountStoreException, AccountRefused, InvalidConfiguration, CommandFailed,
        IOException;
  }

  /** Does the work; what the accounts or the options refuse ends the command with their sentence. */
  static int use(Installation installation, Work work) throws InvalidConfiguration, CommandFailed, IOException {
    installation.prepare();
    Configuration configuration = installation.configuration();
    try (Accounts accounts = new Accounts(configuration.paths().database(), configuration.passwords())) {
      work.with(accounts);
      return ExitCode.SUCCESS;
    } catch (AccountRefused.Invalid e) {
      throw new CommandFailed(ExitCode.CONFIGURATION_OR_USAGE, e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(ExitCode.CONFIGURATION_OR_USAGE, e.getMessage());
    } catch (AccountRefused | AccountStoreException e) {
      throw new CommandFailed(ExitCode.FAILED, e.getMessage());
    }
  }

  /** The account of that name; without it the command ends. */
  static Account existing(Accounts accounts, String name) throws AccountStoreException, CommandFailed {
    Optional<Account> account = accounts.find(name);
    return account.orElseThrow(() -> new CommandFailed(ExitCode.FAILED, "There is no account \"" + name
        + "\"; \"stationmaster account list\" shows all."));
  }

  /** Says what is wrong with a password that an operator chose; it is the operator's choice all the same. */
  static void warnOfPassword(Installation installation, Accounts accounts, String name, String description,
      String password) throws AccountStoreException {
    accounts.objection(name, description, password)
        .ifPresent(sentence -> installation.err().println("Warning: " + sentence));
  }

  /** Where the account's files are, shortened if that is below the installation. */
  static String home(Installation installation, Account account) throws InvalidConfiguration {
    Path installed = installation.configuration().paths().home();
    Path home = homePath(installation, account);
    return (home.startsWith(installed) ? installed.relativize(home) : home).toString();
  }

  /** Where the account's files are. */
  static Path homePath(Installation installation, Account account) throws InvalidConfiguration {
    return account.home().orElse(installation.configuration().paths().data().resolve(account.name()));
  }

  /** Who adds a key: with sudo the person, not root. */
  static String operator(Installation installation) {
    return Optional.ofNullable(installation.environment().get("SUDO_USER")).filter(user -> !user.isBlank())
        .orElse(System.getProperty("user.name"));
  }
}
