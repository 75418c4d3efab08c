import { type KeyObject, createPublicKey, verify } from 'node:crypto';
import forge from 'node-forge';
import { refusal } from '../domain/accounts-errors.js';

const PEM_LENGTH_MAX = 8_192;
const MODULUS_BITS_MIN = 2_048;
/** Larger keys cost each later encryption more and bring nothing. */
const MODULUS_BITS_MAX = 4_096;
const DIGESTS: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
};

/**
 * Reads a PKCS#10 request (RFC 2986) and proves that its maker holds the private key. forge only takes the ASN.1 apart;
 * the signature is verified by node:crypto, over the request's DER, under the very key that is returned.
 * Throws `ACCOUNTS.CERTIFICATE_REQUEST_INVALID`.
 */
export function readCertificateRequest(pem: string): KeyObject {
  if (pem.length > PEM_LENGTH_MAX) throw refusal.certificateRequestInvalid('it is too long');
  const { signed, signature, signatureOid, spki } = takeApart(pem);
  const digest = DIGESTS[signatureOid];
  if (digest === undefined) throw refusal.certificateRequestInvalid('it must be signed with RSA and SHA-2');
  const key = readRsaKey(spki);
  if (!verify(digest, signed, key, signature)) throw refusal.certificateRequestInvalid('its signature is wrong');
  return key;
}

function takeApart(pem: string): { signed: Buffer; signature: Buffer; signatureOid: string; spki: Buffer } {
  try {
    const request = forge.pki.certificationRequestFromPem(pem);
    // Not in the typings: the parsed part that the signature covers.
    const signedPart = (request as unknown as { certificationRequestInfo: forge.asn1.Asn1 }).certificationRequestInfo;
    const key = (signedPart.value as forge.asn1.Asn1[])[2] as forge.asn1.Asn1;
    return {
      signed: derOf(signedPart),
      signature: Buffer.from(request.signature as string, 'binary'),
      signatureOid: request.signatureOid ?? '',
      spki: derOf(key),
    };
  } catch {
    throw refusal.certificateRequestInvalid('it is no PEM PKCS#10 request for an RSA key');
  }
}

function readRsaKey(spki: Buffer): KeyObject {
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  const { modulusLength = 0, publicExponent } = key.asymmetricKeyDetails ?? {};
  const sized = modulusLength >= MODULUS_BITS_MIN && modulusLength <= MODULUS_BITS_MAX;
  if (key.asymmetricKeyType !== 'rsa' || !sized || publicExponent !== 65_537n) {
    throw refusal.certificateRequestInvalid(
      `it needs an RSA key of ${MODULUS_BITS_MIN} to ${MODULUS_BITS_MAX} bits with exponent 65537`,
    );
  }
  return key;
}

const derOf = (part: forge.asn1.Asn1): Buffer => Buffer.from(forge.asn1.toDer(part).getBytes(), 'binary');
