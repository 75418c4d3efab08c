// tsyringe, inside @peculiar/x509, wants it before anything else.
import 'reflect-metadata';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

/** PKCS#10 (RFC 2986), PEM. A file of its own: it is large, and loaded for enrolment alone. */
export async function certificateRequest(keys: CryptoKeyPair): Promise<string> {
  const signingAlgorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  // The CA names the terminal; what stands here is of no account.
  const request = await Pkcs10CertificateRequestGenerator.create({ name: 'CN=terminal', keys, signingAlgorithm });
  return request.toString('pem');
}
