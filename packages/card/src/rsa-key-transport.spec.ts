import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '@openswipe/kernel';
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { encipherToTerminal } from './rsa-key-transport.js';

const key = new Sensitive(new Uint8Array(16).fill(9));
const pair = (type: 'rsa' | 'ec', modulusLength = 2_048) =>
  type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
const spki = ({ publicKey }: ReturnType<typeof pair>) => publicKey.export({ format: 'der', type: 'spki' });
const refusal = { code: 'CARD.PUBLIC_KEY_INVALID' };

describe('encipherToTerminal', () => {
  it("enciphers so that the terminal's WebCrypto can open it", async () => {
    const keys = pair('rsa');
    const pkcs8 = keys.privateKey.export({ format: 'der', type: 'pkcs8' });
    const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256' };
    const privateKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['decrypt']);
    const enciphered = new Uint8Array(encipherToTerminal(key, spki(keys)));
    const opened = await webcrypto.subtle.decrypt(algorithm, privateKey, enciphered);
    expect(new Uint8Array(opened)).toEqual(key.reveal('test'));
  });

  it.each([
    ['bytes that are no key', Buffer.from('no key')],
    ['a key that is not RSA', spki(pair('ec'))],
    ['a short RSA key', spki(pair('rsa', 1_024))],
  ])('refuses %s', (_, publicKey) =>
    expect(() => encipherToTerminal(key, publicKey)).toThrow(expect.objectContaining(refusal)),
  );
});
