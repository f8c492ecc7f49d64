package org.stationmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that say who is offered what. */
class AlgorithmRulesTest {
  private static List<AlgorithmRule> read(String yaml) throws Exception {
    return AlgorithmRules.TYPE.reader().read(Yaml.compose(yaml).orElseThrow(), Path.of(""));
  }

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    List<AlgorithmRule> rules = read("[{from: [10.0.0.0/8, \"2001:db8::/32\"], ident: \"libssh2*\", "
        + "algorithms: \"logger,+none\"}, {ident: x, algorithms: modern}]");
    String text = AlgorithmRules.TYPE.writer().apply(rules);
    assertEquals(text, AlgorithmRules.TYPE.writer().apply(read(text)));
    assertEquals(2, rules.size());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "x | is not a list of rules",
      "[x] | is not a rule",
      "[{from: [10.0.0.0/8]}] | needs from or ident, and algorithms",
      "[{algorithms: modern}] | needs from or ident, and algorithms",
      "[{from: [10.0.0.1/8], algorithms: modern}] | has bits behind its prefix",
      "[{from: [10.0.0.0/33], algorithms: modern}] | write 0 to 32",
      "[{from: [ten], algorithms: modern}] | is no network",
      "[{from: [10.0.0.0/8], algorithms: new}] | has an unknown profile",
      "[{ident: [a], algorithms: modern}] | is no ident",
      "[{idents: a, algorithms: modern}] | is no key of a rule",
      "[{from: [10.0.0.0/8], algorithms: modern}, {from: [10.1.0.0/16], algorithms: logger}] | is never reached",
      "[{ident: a, algorithms: modern}, {from: [10.1.0.0/16], ident: a, algorithms: logger}] | is never reached"})
  void aBadRuleIsRefusedWithTheRemedy(String yaml, String sentence) {
    BadValue refused = assertThrows(BadValue.class, () -> read(yaml));
    assertTrue(refused.getMessage().contains(sentence), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"libssh2*", "LIBSSH2_1.8.*", "SSH-2.0-libssh2_1.8.2", "*"})
  void anIdentFitsWithAndWithoutTheVersionOfTheProtocol(String pattern) throws Exception {
    AlgorithmRule rule = read("[{ident: \"" + pattern + "\", algorithms: logger}]").getFirst();
    assertTrue(rule.fits(InetAddress.ofLiteral("192.0.2.1"), "SSH-2.0-libssh2_1.8.2"));
    assertFalse(!pattern.equals("*") && rule.fits(InetAddress.ofLiteral("192.0.2.1"), "SSH-2.0-OpenSSH_9.2"));
  }

  @ParameterizedTest
  @CsvSource({"10.20.0.0/16, 10.20.255.1, true", "10.20.0.0/16, 10.21.0.1, false", "0.0.0.0/0, 192.0.2.1, true",
      "192.0.2.1, 192.0.2.1, true", "192.0.2.1, 192.0.2.2, false", "2001:db8::/32, 2001:db8:1::1, true",
      "2001:db8::/32, 192.0.2.1, false", "10.0.0.0/8, '::ffff:10.1.2.3', true"})
  void anAddressIsInsideANetworkOrNot(String network, String address, boolean isInside) {
    assertEquals(isInside, Network.parse(network).contains(InetAddress.ofLiteral(address)));
  }
}
