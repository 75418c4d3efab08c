import { type KeyObject, X509Certificate, createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import type { Sensitive } from '@openswipe/kernel';
import forge from 'node-forge';
import type { CertificateAuthority } from '../application/ports.js';
import { readCertificateRequest } from './certificate-request.js';

const DAY_MS = 24 * 3_600_000;
const TERMINAL_LIFETIME_DAYS = 825;
const AUTHORITY_LIFETIME_DAYS = 3_650;
/** Clocks of terminals are not ours. */
const BACKDATE_MS = 3_600_000;

/**
 * A small CA for terminals. forge lays the certificates out; node:crypto signs them, since forge's RSA is a hundred
 * times slower and its verification has open advisories (DESIGN §5).
 */
export class TerminalCertificateAuthority implements CertificateAuthority {
  readonly #key: KeyObject;
  readonly #issuer: forge.pki.Certificate;

  /** Throws where the certificate is not that of the key. */
  constructor(
    privateKey: Sensitive<string>,
    readonly certificate: string,
  ) {
    this.#key = createPrivateKey(privateKey.reveal('sign certificates'));
    if (!new X509Certificate(certificate).checkPrivateKey(this.#key)) {
      throw new Error('CA_CERTIFICATE does not belong to CA_PRIVATE_KEY');
    }
    this.#issuer = forge.pki.certificateFromPem(certificate);
  }

  certify(request: string, terminalId: string, now: Date): { certificate: string; publicKey: Buffer } {
    const key = readCertificateRequest(request);
    const certificate = layOut(key, now, TERMINAL_LIFETIME_DAYS);
    certificate.setSubject([
      { name: 'organizationName', value: 'Openswipe terminals' },
      { name: 'commonName', value: terminalId },
    ]);
    certificate.setIssuer(this.#issuer.subject.attributes);
    certificate.setExtensions([
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', clientAuth: true },
      { name: 'subjectKeyIdentifier' },
    ]);
    return { certificate: signed(certificate, this.#key), publicKey: key.export({ type: 'spki', format: 'der' }) };
  }
}

/** The CA's own certificate, PEM. */
export function selfSignedAuthority(key: KeyObject, now: Date): string {
  const certificate = layOut(createPublicKey(key), now, AUTHORITY_LIFETIME_DAYS);
  const name = [
    { name: 'organizationName', value: 'Openswipe' },
    { name: 'commonName', value: 'Openswipe terminal CA' },
  ];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  return signed(certificate, key);
}

function layOut(publicKey: KeyObject, now: Date, lifetimeDays: number): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }) as string);
  certificate.serialNumber = serialNumber();
  certificate.validity.notBefore = new Date(now.getTime() - BACKDATE_MS);
  certificate.validity.notAfter = new Date(now.getTime() + lifetimeDays * DAY_MS);
  return certificate;
}

/** 16 bytes, positive and without a leading zero byte (RFC 5280, 4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8() & 0x3f) | 0x40);
  return bytes.toString('hex');
}

function signed(certificate: forge.pki.Certificate, key: KeyObject): string {
  const oid = forge.pki.oids['sha256WithRSAEncryption'] as string;
  certificate.signatureOid = certificate.siginfo.algorithmOid = oid;
  // forge's own `sign` would take the private key into forge; these two members are what it would set. The typings
  // know neither them nor the function.
  const open = certificate as unknown as { tbsCertificate: forge.asn1.Asn1; signature: string };
  const { getTBSCertificate } = forge.pki as unknown as { getTBSCertificate(of: unknown): forge.asn1.Asn1 };
  open.tbsCertificate = getTBSCertificate(certificate);
  const toBeSigned = Buffer.from(forge.asn1.toDer(open.tbsCertificate).getBytes(), 'binary');
  open.signature = sign('sha256', toBeSigned, key).toString('binary');
  return forge.pki.certificateToPem(certificate);
}
