package org.stationmaster.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceRulesTest {
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "'' | 192.0.2.7 | true",
      "allow:10.0.0.0/8 | 10.1.2.3 | true",
      "allow:10.0.0.0/8 | 11.1.2.3 | false",
      "allow:10.0.0.0/8 | 2001:db8::1 | false",
      "deny:192.0.2.0/25 | 192.0.2.127 | false",
      "deny:192.0.2.0/25 | 192.0.2.128 | true",
      "deny:10.0.0.5,allow:10.0.0.0/8 | 10.0.0.5 | false",
      "deny:10.0.0.5,allow:10.0.0.0/8 | 10.0.0.6 | true",
      "deny:10.0.0.5,allow:10.0.0.0/8 | 11.0.0.6 | false",
      "allow:10.0.0.5,deny:10.0.0.0/8 | 10.0.0.5 | true",
      "allow:10.0.0.5,deny:10.0.0.0/8 | 10.0.0.6 | false",
      "allow:10.0.0.5,deny:10.0.0.0/8 | 192.0.2.1 | true",
      "deny:0.0.0.0/0 | 192.0.2.1 | false",
      "deny:0.0.0.0/0 | 2001:db8::1 | true",
      "allow:2001:db8::/33 | 2001:db8:7fff::1 | true",
      "allow:2001:db8::/33 | 2001:db8:8000::1 | false",
      "allow:10.0.0.0/8 | ::ffff:10.1.2.3 | true"})
  void theFirstRuleThatFitsDecidesAndWhomNoneFitsGetsTheOppositeOfTheLast(String rules, String address,
      boolean isAllowed) {
    assertEquals(isAllowed, SourceRules.parse(rules).refusal(InetAddress.ofLiteral(address)).isEmpty());
  }

  @Test
  void rulesAreWrittenAsTheyAreRead() {
    String text = "allow:10.0.0.5/32,deny:10.0.0.0/8,allow:2001:db8:0:0:0:0:0:0/32";
    assertEquals(text, SourceRules.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "10.0.0.0/8 | write e.g. allow:",
      "permit:10.0.0.0/8 | write e.g. allow:",
      "allow:example.org | is no network",
      "allow:10.0.0.1/8 | has bits behind its prefix",
      "deny:10.0.0.0/33 | write 0 to 32",
      "allow:10.0.0.0/8, | write e.g. allow:"})
  void aRuleThatIsNoneIsRefusedWithTheRemedy(String text, String remedy) {
    String message = assertThrows(IllegalArgumentException.class, () -> SourceRules.parse(text)).getMessage();
    assertTrue(message.contains(remedy), message);
  }
}
