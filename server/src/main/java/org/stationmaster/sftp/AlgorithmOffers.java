package org.stationmaster.sftp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.stationmaster.config.AlgorithmRule;
import org.stationmaster.config.SftpListenerSettings;

/** Which client is offered what on a listener; made once. */
final class AlgorithmOffers {
  private final List<AlgorithmRule> rules;
  private final List<AlgorithmOffer> byRule;
  private final AlgorithmOffer others;

  AlgorithmOffers(SftpEnvironment environment) {
    SftpListenerSettings listener = environment.listener();
    GroupChoice groups = new GroupChoice(environment.groups(), environment.sftp().gexAnswer());
    String prefix = "listeners." + listener.name();
    rules = listener.algorithmRules();
    byRule = IntStream.range(0, rules.size()).mapToObj(i -> new AlgorithmOffer(prefix + ".algorithm-rules, rule "
        + (i + 1) + ", algorithms", rules.get(i).algorithms(), environment.hostKeys(), groups,
        environment.libcrypto())).toList();
    others = new AlgorithmOffer(prefix + ".algorithms", listener.algorithms(), environment.hostKeys(), groups,
        environment.libcrypto());
  }

  /** The first rule that fits decides. */
  AlgorithmOffer of(InetAddress address, String identification) {
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).fits(address, identification)) {
        return byRule.get(i);
      }
    }
    return others;
  }

  /** All of them. */
  List<AlgorithmOffer> all() {
    List<AlgorithmOffer> all = new ArrayList<>(byRule);
    all.add(others);
    return all;
  }
}
