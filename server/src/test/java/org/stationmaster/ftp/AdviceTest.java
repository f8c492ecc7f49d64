package org.stationmaster.ftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.stationmaster.config.PortRange;

class AdviceTest {
  private static final PortRange PORTS = new PortRange(45001, 45999);

  @ParameterizedTest
  @CsvSource({
      "172.17.0.2, 172.17.0.2, 198.51.100.7, told the private address 172.17.0.2",
      "100.64.0.1, 100.64.0.1, 198.51.100.7, told the private address 100.64.0.1",
      "203.0.113.7, 203.0.113.7, 198.51.100.7, 'A firewall or a NAT in between'",
      "10.1.2.3, 10.1.2.3, 10.9.9.9, 'A firewall or a NAT in between'",
      "2001:db8::1, 2001:db8::1, 2001:db8::2, 'A firewall or a NAT in between'",
      "203.0.113.7, 10.1.2.3, 10.9.9.9, 'give that network the address control in ftp.passive-addresses'",
      "203.0.113.7, 10.1.2.3, 198.51.100.7, 'told 203.0.113.7 while its command connection goes to 10.1.2.3'",
      "10.1.2.4, 10.1.2.3, 10.9.9.9, 'told 10.1.2.4 while its command connection goes to 10.1.2.3'"})
  void saysWhatToDo(String told, String local, String client, String advice) {
    String sentence = Advice.passive(InetAddress.ofLiteral(told), InetAddress.ofLiteral(local),
        InetAddress.ofLiteral(client), PORTS);
    assertTrue(sentence.contains(advice), sentence);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.1, true", "172.16.0.1, true", "172.32.0.1, false", "192.168.1.1, true", "169.254.1.1, true",
      "100.63.255.255, false", "100.64.0.0, true", "100.127.255.255, true", "100.128.0.0, false", "127.0.0.1, true",
      "8.8.8.8, false", "::1, true", "fe80::1, true", "fd00::1, true", "2001:db8::1, false"})
  void knowsPrivateAddresses(String address, boolean isPrivate) {
    assertEquals(isPrivate, Advice.isPrivate(InetAddress.ofLiteral(address)));
  }
}
