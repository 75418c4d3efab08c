// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- an ambient module has nothing to import
/// <reference path="./node-forge.d.ts" />
import 'node-forge/lib/des.js';
import forge from 'node-forge/lib/forge.js';

/**
 * Stands for `node:crypto` under the simulated chip when it runs in a browser, where there is no TDES; the build puts
 * it there (vite.config.ts) and nowhere else. Only the published test key ever comes here.
 */
function cipherOf(way: 'createCipher' | 'createDecipher', key: Uint8Array, iv: Uint8Array) {
  const cipher = forge.cipher[way]('3DES-CBC', binary(key));
  cipher.start({ iv: binary(iv) });
  return {
    setAutoPadding() {
      return this;
    },
    update(data: Uint8Array): Uint8Array {
      cipher.update(forge.util.createBuffer(binary(data)));
      return new Uint8Array(0);
    },
    final(): Uint8Array {
      cipher.finish(() => true);
      return Uint8Array.from(cipher.output.getBytes(), (character) => character.charCodeAt(0));
    },
  };
}

export const createCipheriv = (_: 'des-ede3-cbc', key: Uint8Array, iv: Uint8Array) => cipherOf('createCipher', key, iv);
export const createDecipheriv = (_: 'des-ede3-cbc', key: Uint8Array, iv: Uint8Array) =>
  cipherOf('createDecipher', key, iv);

/** The issuer's side alone compares, and it is not in a browser. */
export function timingSafeEqual(): never {
  throw new Error('A browser verifies no cryptogram');
}

const binary = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
