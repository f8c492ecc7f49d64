package org.stationmaster.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.ListIterator;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Reads what operators paste where public keys are asked for. */
final class PastedKeys {
  static final String PRIVATE_KEY_SHOWN = "this is a private key, and it is not accepted. It belongs only on the "
      + "device that logs in; as it has been shown here, treat it as exposed: make a new pair there and bring its "
      + "public half, the file that ends in .pub or what \"ssh-keygen -y -f FILE\" prints";

  private static final Pattern PRIVATE_KEY = Pattern.compile(
      "BEGIN [A-Z0-9 ]*PRIVATE KEY|Private-Lines:|SSH PRIVATE KEY FILE", Pattern.CASE_INSENSITIVE);
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]+=*");
  private static final Pattern KEY_TYPE = Pattern.compile("(ssh|ecdsa|sk|rsa)-[A-Za-z0-9@.-]+");
  private static final Pattern KEY_TYPE_INSIDE = Pattern.compile(".*\\s(ssh|ecdsa|sk)-[A-Za-z0-9@.-]+\\s+AAAA.*");
  private static final String RFC4716_BEGIN = "---- BEGIN SSH2 PUBLIC KEY ----";
  private static final String RFC4716_END = "---- END SSH2 PUBLIC KEY ----";
  private static final String PUTTY = "PuTTY-User-Key-File-";
  private static final String PUTTY_LINES = "Public-Lines:";
  private static final int LONGEST_COMMENT = 200;

  private final ListIterator<String> lines;
  private final List<String> found = new ArrayList<>();

  private PastedKeys(List<String> lines) {
    this.lines = lines.listIterator();
  }

  static List<String> read(String text) throws KeyMaterialException {
    // Files that Windows programs save may begin with a byte order mark.
    String clean = text.startsWith("\uFEFF") ? text.substring(1) : text;
    refusePrivate(clean);
    PastedKeys keys = new PastedKeys(clean.lines().map(String::strip).toList());
    keys.readAll();
    if (keys.found.isEmpty()) {
      throw new KeyMaterialException("there is no public key in it; a line such as \"ssh-ed25519 AAAA... comment\" is "
          + "expected");
    }
    return List.copyOf(keys.found);
  }

  private static void refusePrivate(String text) throws KeyMaterialException {
    if (PRIVATE_KEY.matcher(text).find()) {
      throw new KeyMaterialException(PRIVATE_KEY_SHOWN);
    }
  }

  private void readAll() throws KeyMaterialException {
    while (lines.hasNext()) {
      String line = lines.next();
      int number = lines.nextIndex();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        found.add(key(line));
      } catch (KeyMaterialException e) {
        throw new KeyMaterialException("line " + number + ": the key " + e.getMessage(), e);
      }
    }
  }

  private String key(String line) throws KeyMaterialException {
    if (line.equals(RFC4716_BEGIN)) {
      return rfc4716();
    }
    if (PemBlock.startsAt(line)) {
      return pem(PemBlock.rest(line, lines));
    }
    if (line.startsWith(PUTTY) || line.startsWith(PUTTY_LINES) || line.startsWith("Comment:")) {
      return putty(line);
    }
    return openSsh(line);
  }

  private String openSsh(String line) throws KeyMaterialException {
    String[] words = line.split("\\s+", 3);
    if (!KEY_TYPE.matcher(words[0]).matches()) {
      throw new KeyMaterialException(KEY_TYPE_INSIDE.matcher(line).matches()
          ? "has something before its type; options such as from=\"...\" or command=\"...\" are not supported here: "
              + "paste from the type on, \"ssh-... AAAA...\""
          : "is in no format that is known; a line such as \"ssh-ed25519 AAAA... comment\" is expected");
    }
    String type = words[0].equals("ssh-dsa") ? PublicKeyBlob.DSS : words[0];
    String base64 = words.length > 1 ? words[1] : "";
    String comment = words.length > 2 ? words[2] : "";
    while (true) {
      try {
        byte[] blob = decode(base64);
        requireType(type, blob);
        return checked(blob, comment);
      } catch (KeyMaterialException e) {
        Optional<String> wrapped = comment.isEmpty() ? continuation() : Optional.empty();
        String[] more = wrapped.orElseThrow(() -> e).split("\\s+", 2);
        base64 += more[0];
        comment = more.length > 1 ? more[1] : "";
      }
    }
  }

  /** The next line when it may be the rest of a line that a mail program has wrapped. */
  private Optional<String> continuation() {
    if (!lines.hasNext()) {
      return Optional.empty();
    }
    String next = lines.next();
    String word = next.split("\\s+", 2)[0];
    if (BASE64.matcher(word).matches()) {
      return Optional.of(next);
    }
    lines.previous();
    return Optional.empty();
  }

  private static void requireType(String type, byte[] blob) throws KeyMaterialException {
    String inside = PublicKeyBlob.type(blob).orElseThrow(() -> new KeyMaterialException("is cut off or damaged"));
    if (!inside.equals(type)) {
      throw new KeyMaterialException("is " + (KEY_TYPE.matcher(inside).matches() ? inside : "something else")
          + " inside, but " + type + " is written in front of it; copy it again from its .pub file");
    }
  }

  private String rfc4716() throws KeyMaterialException {
    StringBuilder base64 = new StringBuilder();
    String comment = "";
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.equals(RFC4716_END)) {
        return checked(decode(base64.toString()), comment);
      }
      if (line.contains(":")) {
        // RFC 4716 section 3.3: a header goes on in the next line after a backslash.
        while (line.endsWith("\\") && lines.hasNext()) {
          line = line.substring(0, line.length() - 1) + lines.next();
        }
        comment = line.regionMatches(true, 0, "Comment:", 0, 8) ? unquoted(line.substring(8)) : comment;
      } else {
        base64.append(line);
      }
    }
    throw new KeyMaterialException("is cut off: there is no line \"" + RFC4716_END + "\"");
  }

  private String putty(String first) throws KeyMaterialException {
    String comment = "";
    String line = first;
    while (true) {
      if (line.startsWith("Comment:")) {
        comment = unquoted(line.substring(8));
      } else if (line.startsWith(PUTTY_LINES)) {
        return checked(decode(puttyLines(line)), comment);
      }
      if (!lines.hasNext()) {
        throw new KeyMaterialException("is cut off: PuTTY's line \"" + PUTTY_LINES + "\" is missing");
      }
      line = lines.next();
    }
  }

  private String puttyLines(String header) throws KeyMaterialException {
    String count = header.substring(PUTTY_LINES.length()).strip();
    if (!count.matches("\\d{1,3}")) {
      throw new KeyMaterialException("is damaged: \"" + PUTTY_LINES + "\" needs the number of lines");
    }
    StringBuilder base64 = new StringBuilder();
    for (int i = Integer.parseInt(count); i > 0; i--) {
      if (!lines.hasNext()) {
        throw new KeyMaterialException("is cut off: " + i + " of its lines are missing");
      }
      base64.append(lines.next());
    }
    skip("Private-MAC:");
    return base64.toString();
  }

  private void skip(String header) {
    if (lines.hasNext() && !lines.next().startsWith(header)) {
      lines.previous();
    }
  }

  private static String pem(PemBlock block) throws KeyMaterialException {
    return switch (block.label()) {
      case "PUBLIC KEY" -> line(subjectPublicKey(block.content()));
      case "RSA PUBLIC KEY" -> line(pkcs1(block.content()));
      case "CERTIFICATE" -> throw new KeyMaterialException("is a certificate; \"openssl x509 -in FILE -noout -pubkey\" "
          + "prints the public key in it");
      default -> throw new KeyMaterialException("is in a block \"" + printable(block.label())
          + "\", where PUBLIC KEY or RSA PUBLIC KEY is expected");
    };
  }

  private static PublicKey subjectPublicKey(byte[] info) throws KeyMaterialException {
    for (String algorithm : List.of("RSA", "EC", "Ed25519", "DSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(info));
      } catch (InvalidKeySpecException _) {
        continue;
      } catch (GeneralSecurityException e) {
        throw new KeyMaterialException("cannot be read", e);
      }
    }
    throw new KeyMaterialException("is damaged, or of a kind that SSH does not know");
  }

  private static PublicKey pkcs1(byte[] content) throws KeyMaterialException {
    try {
      RSAPublicKey key = RSAPublicKey.getInstance(content);
      return KeyFactory.getInstance("RSA")
          .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new KeyMaterialException("is damaged", e);
    }
  }

  private static String line(PublicKey key) throws KeyMaterialException {
    try {
      return checked(PublicKeyBlob.encode(key), "");
    } catch (IllegalArgumentException e) {
      throw new KeyMaterialException("is of a kind that SSH does not know", e);
    }
  }

  private static byte[] decode(String base64) throws KeyMaterialException {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new KeyMaterialException("is cut off or damaged: it is not base64", e);
    }
  }

  /** Takes the blob apart and puts it together again, so that only what was understood is kept. */
  private static String checked(byte[] blob, String comment) throws KeyMaterialException {
    PublicKey key = PublicKeyBlob.decode(blob);
    if (key.getAlgorithm().equals("EdDSA")) {
      requireGoodPoint(key);
    }
    return PublicKeys.toOpenSshLine(key, printable(comment));
  }

  private static void requireGoodPoint(PublicKey key) throws KeyMaterialException {
    try {
      if (!Ed25519.validatePublicKeyFull(PublicKeyBlob.ed25519Bytes(key), 0)) {
        throw new KeyMaterialException("is damaged: its point is not one of Ed25519");
      }
    } catch (InvalidKeyException e) {
      throw new KeyMaterialException("is damaged", e);
    }
  }

  private static String unquoted(String value) {
    String text = value.strip();
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1) : text;
  }

  private static String printable(String text) {
    String clean = text.replaceAll("\\p{Cntrl}", " ").strip();
    return clean.length() > LONGEST_COMMENT ? clean.substring(0, LONGEST_COMMENT).strip() : clean;
  }
}
