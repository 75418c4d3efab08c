import 'reflect-metadata';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

const SIGNING = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: new Uint8Array([1, 0, 1]) };

export const aKeyPair = (modulusLength = 2_048): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ ...SIGNING, modulusLength }, true, ['sign', 'verify']);

/** A PKCS#10 request as a terminal makes it, PEM. */
export async function aCertificateRequest(keys?: CryptoKeyPair): Promise<string> {
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=terminal',
    keys: keys ?? (await aKeyPair()),
    signingAlgorithm: SIGNING,
  });
  return request.toString('pem');
}
