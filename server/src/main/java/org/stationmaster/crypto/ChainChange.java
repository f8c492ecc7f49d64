package org.stationmaster.crypto;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Says what a logger will notice when another chain is sent than before. */
final class ChainChange {
  private ChainChange() {
  }

  /** Each a sentence; empty for a renewal with the same key, names and issuer, which every logger takes. */
  static List<String> between(List<X509Certificate> former, List<X509Certificate> next) {
    List<String> words = new ArrayList<>();
    X509Certificate before = former.getFirst();
    X509Certificate now = next.getFirst();
    String formerTop = top(former);
    String nextTop = top(next);
    if (!formerTop.equals(nextTop)) {
      words.add("The chain now leads to " + nextTop + " and led to " + formerTop
          + ": a logger that does not know the new authority refuses to connect.");
    } else if (!before.getIssuerX500Principal().equals(now.getIssuerX500Principal())) {
      words.add("The issuer is now " + now.getIssuerX500Principal() + " and was " + before.getIssuerX500Principal()
          + "; the authority above is the same.");
    }
    List<String> missing = former.stream().skip(1).filter(each -> isStillNeeded(each, next))
        .map(each -> each.getSubjectX500Principal().toString()).toList();
    if (!missing.isEmpty()) {
      words.add("The intermediate certificate of " + String.join(" and of ", missing)
          + " is no longer sent: a logger that does not have it refuses to connect.");
    }
    if (!before.getPublicKey().equals(now.getPublicKey())) {
      String type = now.getPublicKey().getAlgorithm();
      words.add(type.equals(before.getPublicKey().getAlgorithm())
          ? "The key is a new one: only a client that holds on to the former certificate or key refuses."
          : "The key is now of type " + type + " and was of type " + before.getPublicKey().getAlgorithm()
              + ": a logger whose firmware does not know " + type + " refuses to connect.");
    }
    List<ServerName> claimed = ServerName.claimedBy(now);
    String gone = ServerName.claimedBy(before).stream().filter(name -> !ServerName.covers(claimed, name))
        .map(ServerName::toString).collect(Collectors.joining(", "));
    if (!gone.isEmpty()) {
      words.add("It no longer names " + gone + ": a logger that connects to that name refuses.");
    }
    return words;
  }

  /** The authority that a client must know. */
  private static String top(List<X509Certificate> chain) {
    return chain.getLast().getIssuerX500Principal().toString();
  }

  /** Whether the former issuer is neither sent any more nor without work. */
  private static boolean isStillNeeded(X509Certificate former, List<X509Certificate> next) {
    return !CertificateChain.isSelfSigned(former)
        && next.stream().noneMatch(each -> each.getSubjectX500Principal().equals(former.getSubjectX500Principal()))
        && next.getLast().getIssuerX500Principal().equals(former.getSubjectX500Principal());
  }
}
