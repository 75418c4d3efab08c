import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import * as inBrowser from './test-chip-crypto.js';

describe('the TDES of the simulated chip in a browser', () => {
  it.each([8, 16, 48])('is that of node:crypto, %i bytes both ways', (length) => {
    const [key, iv, data] = [randomBytes(24), randomBytes(8), randomBytes(length)];
    const through = (cipher: {
      setAutoPadding(on: boolean): unknown;
      update(data: Uint8Array): Uint8Array;
      final(): Uint8Array;
    }) => {
      cipher.setAutoPadding(false);
      return Buffer.concat([cipher.update(data), cipher.final()]).toString('hex');
    };
    expect(through(inBrowser.createCipheriv('des-ede3-cbc', key, iv))).toBe(
      through(createCipheriv('des-ede3-cbc', key, iv)),
    );
    expect(through(inBrowser.createDecipheriv('des-ede3-cbc', key, iv))).toBe(
      through(createDecipheriv('des-ede3-cbc', key, iv)),
    );
  });
});
