import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytes, codeOf, vectors } from '../test/vectors.js';
import { nobleAes } from './aes-engine.js';
import { toHex, type Bytes } from './bytes.js';
import { nodeAes } from './node-aes.js';

const ENGINES = { node: nodeAes, noble: nobleAes };
const aesVectors = vectors('aes') as Record<'block' | 'cmac' | 'gcm', Record<string, string>[]>;
const read = (vector: Record<string, string>) => (field: string) => bytes(vector[field] ?? '');

const exactly = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((array): Bytes => new Uint8Array(array));
const anyKey = fc.constantFrom(16, 24, 32).chain(exactly);
const anyBytes = fc.uint8Array({ maxLength: 500 }).map((array): Bytes => new Uint8Array(array));

describe.each(Object.entries(ENGINES))('the %s engine', (_name, aes) => {
  it.each(aesVectors.block)('enciphers and deciphers a block as in $source, key $key', (vector) => {
    const of = read(vector);
    expect(aes.encryptBlock(of('key'), of('plaintext'))).toEqual(of('ciphertext'));
    expect(aes.decryptBlock(of('key'), of('ciphertext'))).toEqual(of('plaintext'));
  });

  it.each(aesVectors.cmac)('computes the CMAC $mac of $source', (vector) => {
    const of = read(vector);
    expect(aes.cmac(of('key'), of('message'))).toEqual(of('mac'));
  });

  it.each(aesVectors.gcm)('seals and opens as in $source', (vector) => {
    const of = read(vector);
    const sealed = aes.seal(of('key'), of('nonce'), of('plaintext'), of('aad'));
    expect(sealed).toEqual({ ciphertext: of('ciphertext'), tag: of('tag') });
    expect(aes.open(of('key'), of('nonce'), of('ciphertext'), of('tag'), of('aad'))).toEqual(of('plaintext'));
  });

  it('refuses lengths that AES does not have, as typed errors', () => {
    const zeros = (length: number) => new Uint8Array(length);
    const badKeys = [0, 8, 15, 17, 31, 33].map(zeros);
    for (const badKey of badKeys) {
      expect(codeOf(() => aes.encryptBlock(badKey, zeros(16)))).toBe('CARD.KEY_INVALID');
      expect(codeOf(() => aes.decryptBlock(badKey, zeros(16)))).toBe('CARD.KEY_INVALID');
      expect(codeOf(() => aes.cmac(badKey, zeros(16)))).toBe('CARD.KEY_INVALID');
      expect(codeOf(() => aes.seal(badKey, zeros(12), zeros(1), zeros(1)))).toBe('CARD.KEY_INVALID');
      expect(codeOf(() => aes.open(badKey, zeros(12), zeros(1), zeros(16), zeros(1)))).toBe('CARD.KEY_INVALID');
    }
    for (const length of [0, 15, 17, 32]) {
      expect(codeOf(() => aes.encryptBlock(zeros(16), zeros(length)))).toBe('CARD.BLOCK_INVALID');
      expect(codeOf(() => aes.decryptBlock(zeros(16), zeros(length)))).toBe('CARD.BLOCK_INVALID');
      expect(codeOf(() => aes.seal(zeros(16), zeros(length), zeros(1), zeros(1)))).toBe('CARD.BLOCK_INVALID');
      expect(codeOf(() => aes.open(zeros(16), zeros(12), zeros(1), zeros(length), zeros(1)))).toBe(
        'CARD.BLOCK_INVALID',
      );
    }
  });
});

describe('the two engines', () => {
  it('agree on every input', () => {
    fc.assert(
      fc.property(anyKey, exactly(16), exactly(12), anyBytes, anyBytes, (key, block, nonce, plaintext, aad) => {
        expect(nodeAes.encryptBlock(key, block)).toEqual(nobleAes.encryptBlock(key, block));
        expect(nodeAes.decryptBlock(key, block)).toEqual(nobleAes.decryptBlock(key, block));
        expect(nodeAes.cmac(key, plaintext)).toEqual(nobleAes.cmac(key, plaintext));
        const sealed = nobleAes.seal(key, nonce, plaintext, aad);
        expect(nodeAes.seal(key, nonce, plaintext, aad)).toEqual(sealed);
        expect(toHex(nodeAes.open(key, nonce, sealed.ciphertext, sealed.tag, aad))).toBe(toHex(plaintext));
        expect(toHex(nobleAes.open(key, nonce, sealed.ciphertext, sealed.tag, aad))).toBe(toHex(plaintext));
      }),
    );
  });
});
