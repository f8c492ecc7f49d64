package org.stationmaster.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.stationmaster.account.Account;
import org.stationmaster.account.AccountOption;
import org.stationmaster.account.AccountOptionValues;
import org.stationmaster.account.AccountSettings;
import org.stationmaster.account.Expiry;
import org.stationmaster.account.Permissions;
import org.stationmaster.account.Profile;
import org.stationmaster.config.CredentialType;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What can be said about an account when it is added and later. A {@code @Mixin} of both commands. */
final class AccountOptions {
  private static final String DEFAULT = "default";
  private static final String NEVER = "never";

  @Option(names = "--profile", paramLabel = "PROFILE",
      description = "What it may do in its home folder: logger (hand in, list, read, rename, delete; the default), "
          + "dropbox (hand in and list), collector (list, read, delete files) or full.")
  private Optional<Profile> profile = Optional.empty();

  @Option(names = "--permission", paramLabel = "PERMISSIONS",
      description = "Instead of a profile, may be repeated: \"allow-list, allow-read\" holds everywhere, "
          + "\"/inbox/*, allow-full-control\" for paths; the first path that matches decides.")
  private List<String> permissions = new ArrayList<>();

  @Option(names = "--home-folder", paramLabel = "DIR",
      description = "Where its files are; below the data folder if DIR is relative. $${account} in it is the account's "
          + "name, and \"default\" is just that.")
  private Optional<String> homeFolder = Optional.empty();

  @Option(names = "--description", paramLabel = "TEXT", description = "A note, in one line.")
  private Optional<String> description = Optional.empty();

  @Option(names = "--expires", paramLabel = "DATE",
      description = "The last day of login, such as 2027-01-31, a time such as 2027-01-31T12:00, or \"never\".")
  private Optional<String> expires = Optional.empty();

  @Option(names = "--require", paramLabel = "CREDENTIAL",
      description = "What a login needs: any (a key or a password; the default), key, password or both.")
  private Optional<Account.Requirement> requires = Optional.empty();

  @Option(names = "--methods", paramLabel = "METHODS",
      description = "How it may log in: publickey, password or certificate, several separated by commas; \"default\" "
          + "is as the listener says.")
  private Optional<String> methods = Optional.empty();

  @Option(names = "--disabled", description = "Refuse its logins.")
  private boolean isDisabled;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Adds an option for each row of {@link AccountOption#ALL} to a command that has this mixin. */
  static void addTo(CommandSpec command) {
    for (AccountOption<?> option : AccountOption.ALL) {
      command.addOption(OptionSpec.builder(name(option)).paramLabel(option.label()).type(String.class)
          // What begins with a dollar sign is a variable of its own to the library.
          .description(option.description().replace("${", "$${") + " \"default\" takes it back.").build());
    }
  }

  private static String name(AccountOption<?> option) {
    return "--" + option.name();
  }

  private Optional<String> said(AccountOption<?> option) {
    return Optional.ofNullable(command.findOption(name(option)).getValue());
  }

  /** Whether a login needs a key only. */
  boolean isPasswordUseless() {
    return requires.filter(Account.Requirement.KEY::equals).isPresent();
  }

  /** Whether nothing was said. */
  boolean isEmpty() {
    return profile.isEmpty() && permissions.isEmpty() && homeFolder.isEmpty() && description.isEmpty()
        && expires.isEmpty() && requires.isEmpty() && methods.isEmpty() && !isDisabled
        && AccountOption.ALL.stream().allMatch(option -> said(option).isEmpty());
  }

  boolean isDisabled() {
    return isDisabled;
  }

  /**
   * {@code before} with what was said.
   *
   * @param data the folder of home folders
   * @throws IllegalArgumentException with a sentence, when it cannot be so
   */
  AccountSettings appliedTo(AccountSettings before, Path data) {
    AccountSettings settings = withPermissions(before);
    if (homeFolder.isPresent()) {
      settings = settings.withHome(homeFolder.filter(folder -> !folder.equals(DEFAULT)).map(data::resolve));
    }
    if (description.isPresent()) {
      settings = settings.withDescription(description.get());
    }
    if (expires.isPresent()) {
      settings = settings.withExpires(expires.filter(text -> !text.equals(NEVER)).map(AccountOptions::time));
    }
    if (requires.isPresent()) {
      settings = settings.withRequires(requires.get());
    }
    if (methods.isPresent()) {
      settings = settings.withAuthenticationMethods(methods.filter(text -> !text.equals(DEFAULT))
          .map(AccountOptions::methods));
    }
    settings = settings.withOptions(withOptions(settings.options()));
    return isDisabled ? settings.withEnabled(false) : settings;
  }

  private AccountSettings withPermissions(AccountSettings before) {
    if (!permissions.isEmpty() && profile.isPresent() && profile.get() != Profile.CUSTOM) {
      throw new IllegalArgumentException("--permission takes the place of --profile; give one of them");
    }
    if (!permissions.isEmpty()) {
      return before.withPermissions(Permissions.parse(permissions));
    }
    if (profile.isPresent() && profile.get() == Profile.CUSTOM) {
      throw new IllegalArgumentException("the profile custom needs its permissions; name them with --permission");
    }
    return profile.map(before::withProfile).orElse(before);
  }

  private AccountOptionValues withOptions(AccountOptionValues before) {
    AccountOptionValues values = before;
    for (AccountOption<?> option : AccountOption.ALL) {
      Optional<String> text = said(option);
      if (text.isPresent()) {
        values = text.get().equals(DEFAULT) ? values.without(option) : values.with(option, text.get());
      }
    }
    return values;
  }

  static Instant time(String text) {
    return Expiry.parse(text, ZoneId.systemDefault());
  }

  private static Set<CredentialType> methods(String text) {
    Set<CredentialType> found = EnumSet.noneOf(CredentialType.class);
    for (String name : text.split(",")) {
      found.add(CredentialType.ofAccount(name.strip()).orElseThrow(() -> new IllegalArgumentException(
          "--methods: \"" + name + "\" is not a method; they are publickey, password and certificate")));
    }
    return found;
  }

  static CommandFailed refused(String sentence) {
    return new CommandFailed(ExitCode.CONFIGURATION_OR_USAGE, sentence);
  }
}
