package org.stationmaster.account;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an account may do: a global set, and rules for paths. The first rule whose expression matches a path replaces
 * the global set there; {@link Permission#NOTHING} beats any other in the same set.
 *
 * @param global where no rule matches
 * @param rules in the order in which they are tried
 */
public record Permissions(Set<Permission> global, List<Rule> rules) {
  private static final String USER = "${USER}";

  /** Copies the collections. */
  public Permissions {
    global = inOrder(global);
    rules = List.copyOf(rules);
  }

  /** The same set everywhere. */
  public static Permissions of(Permission... everywhere) {
    return new Permissions(Set.of(everywhere), List.of());
  }

  /** In the order of {@link Permission}, so that events and exports read the same every time. */
  private static Set<Permission> inOrder(Collection<Permission> permissions) {
    EnumSet<Permission> sorted = EnumSet.noneOf(Permission.class);
    sorted.addAll(permissions);
    return Collections.unmodifiableSet(sorted);
  }

  /**
   * Permissions for paths.
   *
   * @param expression matched against the whole virtual path, file or folder alike; {@code *} is any characters, also
   *     slashes, {@code ?} is one: {@code /inbox/*} (not {@code /inbox} itself), {@code *.PDF}. {@code ${USER}} stands
   *     for the account's name
   * @param permissions what is allowed there
   */
  public record Rule(String expression, Set<Permission> permissions) {
    /**
     * Copies the set.
     *
     * @throws IllegalArgumentException when the expression could not match any path
     */
    public Rule {
      permissions = inOrder(permissions);
      if (!expression.startsWith("/") && !expression.startsWith("*") && !expression.startsWith("?")) {
        throw new IllegalArgumentException("the path \"" + expression + "\" must begin with / or *");
      }
      if (expression.chars().anyMatch(c -> c == ',' || Character.isISOControl(c))) {
        throw new IllegalArgumentException("the path \"" + expression
            + "\" holds a comma or a control character; write ? for it");
      }
    }
  }

  /**
   * Reads the form in which operators write permissions: {@code allow-read, allow-list} is the global set,
   * {@code /inbox/*, allow-full-control} a rule. Several global lines add up.
   *
   * @throws IllegalArgumentException when a line is neither
   */
  public static Permissions parse(List<String> lines) {
    Set<Permission> global = EnumSet.noneOf(Permission.class);
    List<Rule> rules = new ArrayList<>();
    for (String line : lines) {
      List<String> parts = Arrays.stream(line.split(",")).map(String::strip).filter(part -> !part.isEmpty()).toList();
      if (parts.isEmpty()) {
        continue;
      }
      String first = parts.getFirst();
      if (first.startsWith("/") || first.startsWith("*") || first.startsWith("?")) {
        if (parts.size() == 1) {
          throw new IllegalArgumentException("the path \"" + first + "\" has no permissions; write for example \""
              + first + ", allow-read, allow-list\"");
        }
        rules.add(new Rule(first, permissions(parts.subList(1, parts.size()))));
      } else {
        global.addAll(permissions(parts));
      }
    }
    return new Permissions(global, rules);
  }

  private static Set<Permission> permissions(List<String> names) {
    return names.stream().map(name -> Permission.named(name).orElseThrow(() -> new IllegalArgumentException("\"" + name
        + "\" is not a permission; they are " + Arrays.stream(Permission.values()).map(Permission::setting)
        .collect(Collectors.joining(", "))))).collect(Collectors.toSet());
  }

  /** One line per set, as {@link #parse} reads them. */
  public List<String> toLines() {
    Stream<String> first = global.isEmpty() ? Stream.empty() : Stream.of(joined(global));
    return Stream.concat(first, rules.stream().map(rule -> rule.permissions().isEmpty() ? rule.expression()
        + ", " + Permission.NOTHING.setting() : rule.expression() + ", " + joined(rule.permissions()))).toList();
  }

  private static String joined(Set<Permission> permissions) {
    return permissions.stream().map(Permission::setting).collect(Collectors.joining(", "));
  }

  /** These permissions with the account's name in the place of {@code ${USER}}. */
  Permissions forAccount(String name) {
    if (rules.stream().noneMatch(rule -> rule.expression().contains(USER))) {
      return this;
    }
    return new Permissions(global, rules.stream()
        .map(rule -> new Rule(rule.expression().replace(USER, name), rule.permissions())).toList());
  }

  /** Whether {@code permission} is given at {@code virtualPath}. */
  public boolean allows(Permission permission, String virtualPath) {
    Set<Permission> here = at(virtualPath);
    return !here.contains(Permission.NOTHING)
        && (here.contains(Permission.FULL_CONTROL) || here.contains(permission));
  }

  private Set<Permission> at(String virtualPath) {
    return rules.stream().filter(rule -> matches(rule.expression(), virtualPath)).findFirst().map(Rule::permissions)
        .orElse(global);
  }

  /**
   * Whether to rename the folder {@code from} to {@code to} could take something in it out of a rule that denies more
   * than the folder's, or into one. An expression that goes on in the same ways behind both names, such as
   * {@code *.PDF}, has no part in it.
   */
  public boolean differBelow(String from, String to) {
    return rules.stream().anyMatch(rule -> {
      BitSet behindFrom = positionsBehind(rule.expression(), from + "/");
      BitSet behindTo = positionsBehind(rule.expression(), to + "/");
      return !behindFrom.equals(behindTo) && (!behindFrom.isEmpty() && deniesMore(rule.permissions(), from)
          || !behindTo.isEmpty() && deniesMore(rule.permissions(), to));
    });
  }

  private boolean deniesMore(Set<Permission> there, String folder) {
    return !effective(there).containsAll(effective(at(folder)));
  }

  private static Set<Permission> effective(Set<Permission> set) {
    return set.contains(Permission.NOTHING) ? Set.of()
        : set.contains(Permission.FULL_CONTROL) ? EnumSet.complementOf(EnumSet.of(Permission.NOTHING)) : set;
  }

  /** Where in {@code expression} a path that begins with {@code beginning} can go on; nowhere if it cannot match. */
  private static BitSet positionsBehind(String expression, String beginning) {
    BitSet here = withoutStars(expression, 0, new BitSet());
    for (char c : beginning.toCharArray()) {
      BitSet next = new BitSet();
      here.stream().filter(e -> e < expression.length()).forEach(e -> {
        char wanted = expression.charAt(e);
        if (wanted == '*') {
          withoutStars(expression, e, next);
        } else if (wanted == '?' || wanted == c) {
          withoutStars(expression, e + 1, next);
        }
      });
      here = next;
    }
    // A path goes on behind its folder: the end of the expression is no place to be.
    here.clear(expression.length());
    return here;
  }

  /** Adds {@code from}, and what follows the stars there, which may stand for nothing. */
  private static BitSet withoutStars(String expression, int from, BitSet positions) {
    int e = from;
    positions.set(e);
    while (e < expression.length() && expression.charAt(e) == '*') {
      positions.set(++e);
    }
    return positions;
  }

  /** Goes back to the last star only, so that no expression costs more than its length times the path's. */
  static boolean matches(String expression, String path) {
    int e = 0;
    int p = 0;
    int star = -1;
    int resume = 0;
    while (p < path.length()) {
      char wanted = e < expression.length() ? expression.charAt(e) : '\0';
      if (e < expression.length() && wanted == '*') {
        star = e++;
        resume = p;
      } else if (e < expression.length() && (wanted == '?' || wanted == path.charAt(p))) {
        e++;
        p++;
      } else if (star >= 0) {
        e = star + 1;
        p = ++resume;
      } else {
        return false;
      }
    }
    while (e < expression.length() && expression.charAt(e) == '*') {
      e++;
    }
    return e == expression.length();
  }

  /** As in events: {@code [['allow-full-control'], ['*.PDF', 'allow-read']]}. */
  @Override
  public String toString() {
    Stream<String> first = Stream.of(quoted(global.stream().map(Permission::setting)));
    Stream<String> others = rules.stream().map(rule -> quoted(Stream.concat(Stream.of(rule.expression()),
        rule.permissions().stream().map(Permission::setting))));
    return Stream.concat(first, others).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String quoted(Stream<String> words) {
    return words.map(word -> "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'")
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
