import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../command.mjs';

/** @typedef {Record<string, Record<string, string>>} Secrets environment variables of each service */

/** Header fields of the key blocks (TR-31): what each key may do. */
export const USES = {
  'data-bdk': { usage: 'B0', algorithm: 'A', modeOfUse: 'X', length: 16 },
  'pin-bdk': { usage: 'B0', algorithm: 'A', modeOfUse: 'X', length: 16 },
  // Readers that encipher cards themselves: X9.24-1 (TDES) and X9.24-3 (AES).
  'reader-bdk': { usage: 'B0', algorithm: 'T', modeOfUse: 'X', length: 16 },
  'reader-aes-bdk': { usage: 'B0', algorithm: 'A', modeOfUse: 'X', length: 16 },
  // PIN pads of readers, and of nothing else.
  'reader-pin-bdk': { usage: 'B0', algorithm: 'T', modeOfUse: 'X', length: 16 },
  'reader-pin-aes-bdk': { usage: 'B0', algorithm: 'A', modeOfUse: 'X', length: 16 },
  vault: { usage: 'D0', algorithm: 'A', modeOfUse: 'B', length: 32 },
  'vault-index': { usage: 'M7', algorithm: 'H', modeOfUse: 'G', length: 32 },
  'zone-card-data': { usage: 'D0', algorithm: 'A', modeOfUse: 'B', length: 32 },
  'issuer-pin': { usage: 'M7', algorithm: 'H', modeOfUse: 'G', length: 32 },
  'issuer-chip': { usage: 'E0', algorithm: 'T', modeOfUse: 'X', length: 16 },
};

/** @typedef {keyof typeof USES} KeyId */

/**
 * Two BDKs, never one: the room that opens envelopes cannot derive PIN keys, and the other way round.
 * @type {Record<string, KeyId[]>}
 */
export const KEYS_OF = {
  transactions: ['data-bdk', 'reader-bdk', 'reader-aes-bdk', 'vault', 'vault-index', 'zone-card-data'],
  risk: ['pin-bdk', 'reader-pin-bdk', 'reader-pin-aes-bdk', 'zone-card-data', 'issuer-pin', 'issuer-chip'],
};

/**
 * Gives every service the keys that it has not: all of them at first, later those that a newer version wants.
 * @param {Secrets} secrets
 * @returns {Promise<Secrets>} the same object where nothing was missing
 */
const withAllKeys = async (secrets) => {
  const { wrapKeyBlock } = await import('@openswipe/card/host');
  const { TEST_ISSUER_KEY } = await import('@openswipe/card/emv/test-chip');
  const { TEST_PIN_PAD_BDK } = await import('@openswipe/card/test-pin-pad');
  const { Sensitive } = await import('@openswipe/kernel');
  const random = (/** @type {number} */ length) => new Sensitive(new Uint8Array(randomBytes(length)));
  const keys = Object.fromEntries(Object.entries(USES).map(([id, { length }]) => [id, random(length)]));
  // The test chips' issuer is known to everybody: the deck of test cards is made under its key.
  keys['issuer-chip'] = TEST_ISSUER_KEY;
  // As is that of the simulated readers with a PIN pad.
  keys['reader-pin-aes-bdk'] = TEST_PIN_PAD_BDK;
  let completed = secrets;
  for (const [service, ids] of Object.entries(KEYS_OF)) {
    const { MASTER_KEY = randomBytes(32).toString('hex'), KEY_BLOCKS = '{}' } = secrets[service] ?? {};
    const blocks = JSON.parse(KEY_BLOCKS);
    // Some are there by the names of their generations only.
    const has = (/** @type {string} */ id) => Object.keys(blocks).some((name) => name.split(':')[0] === id);
    const missing = ids.filter((id) => !has(id));
    if (missing.length === 0) continue;
    const masterKey = new Sensitive(new Uint8Array(Buffer.from(MASTER_KEY, 'hex')));
    for (const id of missing) {
      const { length: _length, ...use } = USES[id];
      const key = /** @type {import('@openswipe/card').Key} */ (keys[id]);
      blocks[id] = wrapKeyBlock(masterKey, { ...use, keyVersion: '00', exportability: 'N' }, key);
    }
    completed = { ...completed, [service]: { MASTER_KEY, KEY_BLOCKS: JSON.stringify(blocks) } };
  }
  return completed;
};

const makeSecrets = async () => {
  const secrets = await withAllKeys({});
  const script = join(ROOT, 'services', 'accounts', 'dist', 'make-keys.js');
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  return { ...secrets, accounts: JSON.parse(stdout) };
};

/**
 * The secrets of a laptop installation: made once, kept in the data directory, readable by its owner only. Keys that a
 * newer version wants are added to those of an older one.
 * @param {string} dataDir
 * @returns {Promise<Secrets>}
 */
export const loadSecrets = async (dataDir) => {
  const file = join(dataDir, 'secrets.json');
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const secrets = kept === undefined ? await makeSecrets() : await withAllKeys(kept);
  if (secrets === kept) return secrets;
  keepSecrets(file, secrets);
  return secrets;
};

/** Whole or not at all: half a file would lock everybody out of what is already stored. */
export const keepSecrets = (/** @type {string} */ file, /** @type {Secrets} */ secrets) => {
  writeFileSync(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
};
