package org.stationmaster.account;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.stationmaster.config.CredentialType;
import org.stationmaster.config.Yaml;

/** Accounts as YAML, to carry them from one server to another. */
final class AccountFile {
  private static final Set<String> ACCOUNT_KEYS = Stream.concat(Stream.of("description", "enabled", "expires",
      "home-folder", "profile", "permissions", "require", "authentication-methods", "password", "password-hash",
      "password-changed", "created", "last-login", "keys"), AccountOption.ALL.stream().map(AccountOption::name))
      .collect(Collectors.toUnmodifiableSet());
  private static final Set<String> KEY_KEYS = Set.of("key", "added-by", "added", "expires", "last-used");

  private final KeyReader keys;
  private final Instant now;
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> foldedNames = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  /** Reads a public key; the result has no expiry and was never used. */
  @FunctionalInterface
  interface KeyReader {
    AuthorizedKey read(String text) throws AccountRefused.Invalid;
  }

  /**
   * An account of the file.
   *
   * @param line where it stands
   * @param row the account; without hash if it has a password in clear text
   * @param password the password in clear text
   */
  record Entry(int line, AccountTable.Row row, Optional<String> password) {
    AccountTable.Row withHash(String hash) {
      return new AccountTable.Row(row.name(), row.settings(), Optional.of(hash), row.passwordChanged(), row.created(),
          row.lastLogin(), row.changed(), row.keys());
    }
  }

  private AccountFile(KeyReader keys, Instant now) {
    this.keys = keys;
    this.now = now;
  }

  static AccountFile read(String yaml, KeyReader keys, Instant now) throws AccountRefused.UnusableFile {
    AccountFile file = new AccountFile(keys, now);
    try {
      Yaml.composeLarge(yaml).ifPresentOrElse(file::readRoot, () -> file.problems.add("line 1: the file is empty."));
    } catch (Yaml.Malformed e) {
      file.problems.add("line " + e.line() + ": this is not YAML as it is used here: " + e.getMessage() + ".");
    }
    if (!file.problems.isEmpty()) {
      throw new AccountRefused.UnusableFile(file.problems);
    }
    return file;
  }

  List<Entry> entries() {
    return List.copyOf(entries);
  }

  private void readRoot(Node root) {
    Node accounts = mapping(root, Set.of("accounts"), "the file").get("accounts");
    if (accounts == null) {
      if (problems.isEmpty()) {
        problem(root, "the file must begin with \"accounts:\".");
      }
    } else if (accounts instanceof MappingNode mapping) {
      mapping.getValue().forEach(this::readAccount);
    } else {
      problem(accounts, "\"accounts\" must be a map of accounts by their names.");
    }
  }

  private void readAccount(NodeTuple tuple) {
    String name = scalar(tuple.getKeyNode(), "an account's name").orElse("");
    Map<String, Node> fields = mapping(tuple.getValueNode(), ACCOUNT_KEYS, "account \"" + name + "\"");
    if (!foldedNames.add(AccountName.folded(name))) {
      problem(tuple.getKeyNode(), "account \"" + name + "\" is in the file twice; names that differ only in case count "
          + "as the same.");
    }
    Optional<String> hash = text(fields, "password-hash");
    Optional<String> password = text(fields, "password");
    if (hash.isPresent() && password.isPresent()) {
      problem(fields.get("password"), "either \"password\" or \"password-hash\", not both.");
    }
    try {
      AccountName.checked(name);
    } catch (AccountRefused.Invalid e) {
      problem(tuple.getKeyNode(), e.getMessage());
    }
    check(fields, "password-hash", PasswordHash::parse);
    check(fields, "password", Password::checked);
    Optional<AccountSettings> settings = settings(tuple.getValueNode(), fields);
    List<AuthorizedKey> authorized = keys(fields.get("keys"));
    Optional<Instant> passwordChanged = time(fields, "password-changed");
    Instant created = time(fields, "created").orElse(now);
    Optional<Instant> lastLogin = time(fields, "last-login");
    settings.ifPresent(found -> entries.add(new Entry(line(tuple.getKeyNode()),
        new AccountTable.Row(name, found, hash, passwordChanged, created, lastLogin, 0, authorized), password)));
  }

  private Optional<AccountSettings> settings(Node account, Map<String, Node> fields) {
    Profile profile = value(fields, "profile", Profile::named, List.of(Profile.values()))
        .orElse(fields.containsKey("permissions") ? Profile.CUSTOM : Profile.LOGGER);
    Permissions permissions = profile.permissions();
    if (fields.containsKey("permissions") != (profile == Profile.CUSTOM)) {
      problem(account, "\"permissions\" are for the profile custom, and that one needs them.");
    } else if (profile == Profile.CUSTOM) {
      permissions = permissions(fields.get("permissions"));
    }
    try {
      return Optional.of(new AccountSettings(text(fields, "description").orElse(""),
          value(fields, "enabled", AccountFile::isTrue, List.of(true, false)).orElse(true), time(fields, "expires"),
          text(fields, "home-folder").map(Path::of), profile, permissions,
          value(fields, "require", Account.Requirement::named, List.of(Account.Requirement.values()))
              .orElse(Account.Requirement.ANY),
          Optional.ofNullable(fields.get("authentication-methods")).map(this::methods), options(fields)));
    } catch (IllegalArgumentException e) {
      problem(account, e.getMessage() + ".");
      return Optional.empty();
    }
  }

  private AccountOptionValues options(Map<String, Node> fields) {
    AccountOptionValues values = AccountOptionValues.NONE;
    for (AccountOption<?> option : AccountOption.ALL) {
      Optional<String> text = text(fields, option.name());
      if (text.isPresent()) {
        try {
          values = values.with(option, text.get());
        } catch (IllegalArgumentException e) {
          problem(fields.get(option.name()), e.getMessage() + ".");
        }
      }
    }
    return values;
  }

  private static Optional<Boolean> isTrue(String text) {
    return switch (text) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private Permissions permissions(Node node) {
    try {
      return Permissions.parse(texts(node));
    } catch (IllegalArgumentException e) {
      problem(node, e.getMessage() + ".");
      return Permissions.of();
    }
  }

  private Set<CredentialType> methods(Node node) {
    Set<CredentialType> methods = EnumSet.noneOf(CredentialType.class);
    for (String text : texts(node)) {
      CredentialType.ofAccount(text).ifPresentOrElse(methods::add, () -> problem(node, "\"" + text
          + "\" is not an authentication method; they are publickey, password and certificate."));
    }
    return methods;
  }

  private List<AuthorizedKey> keys(Node node) {
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof SequenceNode sequence)) {
      problem(node, "\"keys\" must be a list.");
      return List.of();
    }
    Map<String, AuthorizedKey> found = new LinkedHashMap<>();
    for (Node item : sequence.getValue()) {
      Map<String, Node> fields = item instanceof ScalarNode ? Map.of("key", item) : mapping(item, KEY_KEYS, "a key");
      try {
        AuthorizedKey key = keys.read(text(fields, "key").orElse(""));
        AuthorizedKey complete = new AuthorizedKey(key.line(), key.fingerprint(),
            text(fields, "added-by").orElse(key.addedBy()), time(fields, "added").orElse(now), time(fields, "expires"),
            time(fields, "last-used"));
        if (found.put(key.fingerprint(), complete) != null) {
          problem(item, "key " + key.fingerprint() + " is there twice.");
        }
      } catch (AccountRefused.Invalid e) {
        problem(item, e.getMessage());
      }
    }
    return List.copyOf(found.values());
  }

  @FunctionalInterface
  private interface Check {
    Object of(String text) throws AccountRefused.Invalid;
  }

  private void check(Map<String, Node> fields, String key, Check check) {
    Optional<String> text = text(fields, key);
    if (text.isPresent()) {
      try {
        check.of(text.get());
      } catch (AccountRefused.Invalid e) {
        problem(fields.get(key), e.getMessage());
      }
    }
  }

  private <T> Optional<T> value(Map<String, Node> fields, String key, Function<String, Optional<T>> reader,
      List<T> allowed) {
    return text(fields, key).flatMap(text -> {
      Optional<T> value = reader.apply(text);
      if (value.isEmpty()) {
        problem(fields.get(key), "\"" + key + "\" is \"" + text + "\"; it can be " + allowed.stream()
            .map(Object::toString).collect(Collectors.joining(", ")) + ".");
      }
      return value;
    });
  }

  private Optional<Instant> time(Map<String, Node> fields, String key) {
    return text(fields, key).flatMap(text -> {
      try {
        return Optional.of(Expiry.parse(text, ZoneId.systemDefault()));
      } catch (IllegalArgumentException e) {
        problem(fields.get(key), "\"" + key + "\": " + e.getMessage() + ".");
        return Optional.empty();
      }
    });
  }

  private Optional<String> text(Map<String, Node> fields, String key) {
    return Optional.ofNullable(fields.get(key)).flatMap(node -> scalar(node, "\"" + key + "\""));
  }

  private List<String> texts(Node node) {
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue().stream().flatMap(item -> scalar(item, "an item").stream()).toList();
    }
    problem(node, "this must be a list.");
    return List.of();
  }

  private Optional<String> scalar(Node node, String what) {
    if (node instanceof ScalarNode scalar) {
      return Optional.of(scalar.getValue());
    }
    problem(node, what + " must be plain text.");
    return Optional.empty();
  }

  private Map<String, Node> mapping(Node node, Set<String> known, String what) {
    Map<String, Node> fields = new HashMap<>();
    if (node instanceof ScalarNode empty && empty.getValue().isEmpty()) {
      return fields;
    }
    if (!(node instanceof MappingNode mapping)) {
      problem(node, what + " must be a map of settings.");
      return fields;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      String key = scalar(tuple.getKeyNode(), "a key").orElse("");
      if (!known.contains(key)) {
        problem(tuple.getKeyNode(), "\"" + key + "\" is not known here; known are "
            + known.stream().sorted().collect(Collectors.joining(", ")) + ".");
      } else if (fields.put(key, tuple.getValueNode()) != null) {
        problem(tuple.getKeyNode(), "\"" + key + "\" is there twice.");
      }
    }
    return fields;
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  private void problem(Node node, String sentence) {
    problems.add("line " + line(node) + ": " + sentence);
  }

  /** The accounts as YAML. */
  static String write(List<AccountTable.Row> rows) {
    Map<String, Object> accounts = new LinkedHashMap<>();
    rows.forEach(row -> accounts.put(row.name(), fields(row)));
    DumpSettings settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setSplitLines(false)
        .setWidth(Integer.MAX_VALUE).build();
    return "# Accounts of Stationmaster with their password hashes: keep it as secret as the passwords.\n"
        + new Dump(settings).dumpToString(Map.of("accounts", accounts));
  }

  private static Map<String, Object> fields(AccountTable.Row row) {
    AccountSettings settings = row.settings();
    Map<String, Object> fields = new LinkedHashMap<>();
    if (!settings.description().isEmpty()) {
      fields.put("description", settings.description());
    }
    fields.put("enabled", settings.enabled());
    settings.expires().ifPresent(time -> fields.put("expires", time.toString()));
    settings.home().ifPresent(home -> fields.put("home-folder", home.toString()));
    if (settings.profile() == Profile.CUSTOM) {
      fields.put("permissions", settings.permissions().toLines());
    } else {
      fields.put("profile", settings.profile().setting());
    }
    fields.put("require", settings.requires().setting());
    settings.authenticationMethods().ifPresent(methods -> fields.put("authentication-methods",
        methods.stream().sorted().map(CredentialType::setting).toList()));
    fields.putAll(settings.options().texts());
    row.passwordHash().ifPresent(hash -> fields.put("password-hash", hash));
    row.passwordChanged().ifPresent(time -> fields.put("password-changed", time.toString()));
    fields.put("created", row.created().toString());
    row.lastLogin().ifPresent(time -> fields.put("last-login", time.toString()));
    if (!row.keys().isEmpty()) {
      fields.put("keys", row.keys().stream().map(AccountFile::fields).toList());
    }
    return fields;
  }

  private static Map<String, Object> fields(AuthorizedKey key) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("key", key.line());
    fields.put("added-by", key.addedBy());
    fields.put("added", key.added().toString());
    key.expires().ifPresent(time -> fields.put("expires", time.toString()));
    key.lastUsed().ifPresent(time -> fields.put("last-used", time.toString()));
    return fields;
  }
}
