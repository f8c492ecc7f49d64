/**
 * Key material: SSH host keys, TLS certificates, key files in every format that operators bring, fingerprints. Uses the
 * JDK and BouncyCastle's classes directly, never as a registered provider. Knows no protocol library.
 */
package org.stationmaster.crypto;
