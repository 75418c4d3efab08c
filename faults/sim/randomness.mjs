import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { uuidv7 } from 'uuidv7';

/** @typedef {import('../shared/random.mjs').Random} Random */

/** @param {Random} random */
const uuidOf = (random) => {
  const bytes = random.bytes(16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

/**
 * From here on whatever the process draws, ids and nonces too, comes from `random`. Gives the way back.
 * @param {Random} random
 */
export const drawFrom = (random) => {
  const any = /** @type {any} */ (crypto);
  const web = /** @type {any} */ (globalThis.crypto);
  const before = {
    randomBytes: any.randomBytes,
    randomUUID: any.randomUUID,
    getRandomValues: web.getRandomValues,
    mathRandom: Math.random,
  };
  any.randomBytes = (/** @type {number} */ length) => random.bytes(length);
  any.randomUUID = () => uuidOf(random);
  web.getRandomValues = (/** @type {any} */ array) => {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(random.bytes(array.byteLength));
    return array;
  };
  Math.random = () => random.next();
  syncBuiltinESMExports();
  return () => {
    any.randomBytes = before.randomBytes;
    any.randomUUID = before.randomUUID;
    web.getRandomValues = before.getRandomValues;
    Math.random = before.mathRandom;
    syncBuiltinESMExports();
  };
};

/**
 * The generator of ids keeps a buffer of random words and its last time. Brings both into a known state: asks until the
 * buffer has just been filled anew. The clock must show a time far from that of the run, so that it starts over.
 */
export const forgetEarlierIds = () => {
  const web = /** @type {any} */ (globalThis.crypto);
  const before = web.getRandomValues;
  let filled = false;
  web.getRandomValues = (/** @type {any} */ array) => {
    filled = true;
    return array.fill(1);
  };
  while (!filled) uuidv7();
  web.getRandomValues = before;
};
