package org.stationmaster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.stationmaster.account.AccountRefused;
import org.stationmaster.account.AccountStoreException;
import org.stationmaster.account.Accounts;
import org.stationmaster.config.InvalidConfiguration;
import org.stationmaster.event.EventCatalogue;
import org.stationmaster.event.Events;
import org.stationmaster.event.Origin;

/** The accounts that a new installation begins with ({@code accounts.bootstrap}), where no person types commands. */
final class FirstAccounts {
  private static final String SETTING = "accounts.bootstrap: ";

  private FirstAccounts() {
  }

  /**
   * Adds the accounts of {@code file}, all or none, if there is none yet. Otherwise the file is not read: it may be
   * gone, and what operators have changed or removed since stays so.
   *
   * @throws InvalidConfiguration with every problem of the file and its line
   */
  static void addTo(Accounts accounts, Path file, Events events) throws AccountStoreException, InvalidConfiguration {
    if (!accounts.isEmpty()) {
      return;
    }
    try {
      String yaml = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      List<String> names = accounts.importFrom(yaml, false, System.getProperty("user.name"));
      events.emit(EventCatalogue.ACCOUNTS_BOOTSTRAPPED, Origin.process(),
          Map.of("count", names.size(), "real_path", file.toString()));
    } catch (NoSuchFileException e) {
      throw refused("there is no file " + file + ", and no account yet; put it there, or remove the setting");
    } catch (IOException e) {
      throw refused(file + " cannot be read by user " + System.getProperty("user.name")
          + "; change its owner or its mode, or that of a folder above it");
    } catch (AccountRefused.UnusableFile e) {
      throw new InvalidConfiguration(e.problems().stream().map(problem -> SETTING + file + ", " + problem).toList());
    } catch (AccountRefused e) {
      throw refused(file + ": " + e.getMessage());
    }
  }

  private static InvalidConfiguration refused(String sentence) {
    return new InvalidConfiguration(List.of(SETTING + sentence));
  }
}
