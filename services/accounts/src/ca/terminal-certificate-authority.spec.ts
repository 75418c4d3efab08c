import { describe, expect, it } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { Sensitive } from '@openswipe/kernel';
import { aCertificateRequest, aKeyPair } from '../../test/builders/a-certificate-request.js';
import { makeKeys } from './make-keys.js';
import { TerminalCertificateAuthority } from './terminal-certificate-authority.js';

const keys = makeKeys(new Date());
const authority = new TerminalCertificateAuthority(new Sensitive(keys.CA_PRIVATE_KEY), keys.CA_CERTIFICATE);
const invalid = expect.objectContaining({ code: 'ACCOUNTS.CERTIFICATE_REQUEST_INVALID' });

describe('the certificate authority of terminals', () => {
  it('signs the key of a request for one terminal', async () => {
    const pair = await aKeyPair();
    const { certificate, publicKey } = authority.certify(await aCertificateRequest(pair), 'ter_1', new Date());
    const read = new X509Certificate(certificate);
    const issuer = new X509Certificate(keys.CA_CERTIFICATE);
    expect(read.verify(issuer.publicKey)).toBe(true);
    expect(read.checkIssued(issuer)).toBe(true);
    expect(read.subject).toContain('CN=ter_1');
    expect(read.ca).toBe(false);
    expect(issuer.ca).toBe(true);
    expect(publicKey).toEqual(Buffer.from(await crypto.subtle.exportKey('spki', pair.publicKey)));
    expect(read.publicKey.export({ type: 'spki', format: 'der' })).toEqual(publicKey);
  });

  it('refuses a request whose signature is of another key', async () => {
    const [mine, theirs] = await Promise.all([aKeyPair(), aKeyPair()]);
    const forged = await aCertificateRequest({ privateKey: mine.privateKey, publicKey: theirs.publicKey });
    expect(() => authority.certify(forged, 'ter_1', new Date())).toThrow(invalid);
  });

  it('refuses a changed request', async () => {
    const der = Buffer.from((await aCertificateRequest()).replaceAll(/-----.*-----|\s/g, ''), 'base64');
    der.writeUInt8(der.readUInt8(40) ^ 1, 40);
    const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----`;
    expect(() => authority.certify(pem, 'ter_1', new Date())).toThrow(invalid);
  });

  it('refuses short keys, other keys and what is no request', async () => {
    const short = await aCertificateRequest(await aKeyPair(1_024));
    for (const text of [short, '', 'hello', keys.CA_CERTIFICATE, 'x'.repeat(9_000)]) {
      expect(() => authority.certify(text, 'ter_1', new Date())).toThrow(invalid);
    }
  });

  it('does not start with a certificate that is not its own', () => {
    const other = makeKeys(new Date());
    const attempt = () => new TerminalCertificateAuthority(new Sensitive(keys.CA_PRIVATE_KEY), other.CA_CERTIFICATE);
    expect(attempt).toThrow(/does not belong/);
  });
});
