import { constants, publicEncrypt, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { hostDeriveWorkingKey, deriveInitialKey, fromHex, nobleAes, toHex, type Bytes } from '@openswipe/card';
import { Sensitive } from '@openswipe/kernel';
import type { TerminalApi } from '../gateway/terminal-api.js';
import { MemoryStore } from '../store/memory-store.js';
import { enrol } from './enrol.js';
import { TerminalKeys, type TerminalState } from './terminal-keys.js';

/** The platform's side of an enrolment, as transactions and risk do it: initial keys to the key of the request. */
async function platform(bdk: Sensitive<Bytes>, damage = '') {
  await import('reflect-metadata');
  const { Pkcs10CertificateRequest } = await import('@peculiar/x509');
  const issue = (spki: ArrayBuffer, initialKeyId: string) => {
    const key = deriveInitialKey(nobleAes, bdk, fromHex(initialKeyId, 8, 'TEST.ID', 'An id')).reveal('issue');
    const publicKey = { key: Buffer.from(spki), format: 'der' as const, type: 'spki' as const };
    const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
    return {
      initialKeyId,
      encryptedKey: publicEncrypt({ ...publicKey, ...padding }, key).toString('base64'),
      keyCheckValue: damage || toHex(nobleAes.cmac(key, new Uint8Array(16)).slice(0, 5)),
    };
  };
  const enrolTerminal = async (_name: string, pem: string) => {
    const request = new Pkcs10CertificateRequest(pem);
    expect(await request.verify()).toBe(true);
    const spki = request.publicKey.rawData;
    return {
      terminalId: 'ter_new',
      certificate: 'PEM',
      dataKey: issue(spki, 'd000000100000009'),
      pinKey: issue(spki, 'f000000100000009'),
    };
  };
  return { enrolTerminal } as unknown as TerminalApi;
}

describe('enrol', () => {
  it('ends with keys that the host derives too, and replaces the terminal before', async () => {
    const bdk = new Sensitive(new Uint8Array(randomBytes(16)));
    const storage = new MemoryStore<TerminalState>();
    await storage.put('ter_old', 'lin@example.com', { terminalId: 'ter_old' } as TerminalState);
    await enrol(await platform(bdk), storage, 'Lin@example.com', 'Laptop');
    expect((await storage.all('lin@example.com')).map(({ terminalId }) => terminalId)).toEqual(['ter_new']);
    const { data } = await new TerminalKeys(storage, 'ter_new').next();
    const derived = hostDeriveWorkingKey(nobleAes, bdk, data.ksn, 'data-encrypt', 'aes128');
    expect(toHex(data.key.reveal('compare'))).toBe(toHex(derived.reveal('compare')));
  });

  it('refuses a key that arrived damaged', async () => {
    const api = await platform(new Sensitive(new Uint8Array(16)), '0000000000');
    const enrolling = enrol(api, new MemoryStore(), 'lin@example.com', 'Laptop');
    await expect(enrolling).rejects.toMatchObject({ code: 'TERMINAL.KEY_CHECK_FAILED' });
  });
});
