package org.stationmaster.sftp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.util.List;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.server.SshServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AlgorithmsTest {
  @BeforeAll
  static void chooseProviders() {
    JdkSecurity.choose();
  }

  @Test
  void everythingThatIsListedIsOfferedInItsOrder() {
    SshServer server = SshServer.setUpDefaultServer();
    Algorithms.offer(server);
    assertEquals(Algorithms.KEY_EXCHANGES, NamedResource.getNameList(server.getKeyExchangeFactories()));
    assertEquals(Algorithms.CIPHERS, NamedResource.getNameList(server.getCipherFactories()));
    assertEquals(Algorithms.MACS, NamedResource.getNameList(server.getMacFactories()));
    assertEquals(Algorithms.SIGNATURES, NamedResource.getNameList(server.getSignatureFactories()));
    assertEquals(List.of("none"), NamedResource.getNameList(server.getCompressionFactories()));
  }

  @Test
  void bouncyCastleIsNoProvider() throws Exception {
    assertFalse(SecurityUtils.isBouncyCastleRegistered());
    assertEquals(null, Security.getProvider("BC"));
    assertEquals("SunJCE", SecurityUtils.getCipher("AES/CTR/NoPadding").getProvider().getName());
    assertEquals("SunJCE", SecurityUtils.getMac("HmacSHA256").getProvider().getName());
    assertEquals("SunJCE", SecurityUtils.getKeyAgreement("DH").getProvider().getName());
    assertEquals("SunRsaSign", SecurityUtils.getSignature("SHA1withRSA").getProvider().getName());
    assertEquals("SunEC", SecurityUtils.getKeyAgreement("X25519").getProvider().getName());
  }

  @Test
  void anEd25519KeyOfTheJdkGoesOverTheWireAndBack() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    assertEquals("ssh-ed25519", KeyUtils.getKeyType(pair));
    ByteArrayBuffer wire = new ByteArrayBuffer();
    wire.putRawPublicKey(pair.getPublic());
    assertEquals(pair.getPublic(), wire.getRawPublicKey());
  }
}
