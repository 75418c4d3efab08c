import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../command.mjs';

/** @typedef {Record<string, Record<string, string>>} Secrets environment variables of each service */

/** Header fields of the key blocks (TR-31): what each key may do. */
const USES = {
  'data-bdk': { usage: 'B0', algorithm: 'A', modeOfUse: 'X', length: 16 },
  'pin-bdk': { usage: 'B0', algorithm: 'A', modeOfUse: 'X', length: 16 },
  vault: { usage: 'D0', algorithm: 'A', modeOfUse: 'B', length: 32 },
  'vault-index': { usage: 'M7', algorithm: 'H', modeOfUse: 'G', length: 32 },
  'zone-card-data': { usage: 'D0', algorithm: 'A', modeOfUse: 'B', length: 32 },
  'issuer-pin': { usage: 'M7', algorithm: 'H', modeOfUse: 'G', length: 32 },
};

/** @typedef {keyof typeof USES} KeyId */

/**
 * Two BDKs, never one: the room that opens envelopes cannot derive PIN keys, and the other way round.
 * @type {Record<string, KeyId[]>}
 */
const KEYS_OF = {
  transactions: ['data-bdk', 'vault', 'vault-index', 'zone-card-data'],
  risk: ['pin-bdk', 'zone-card-data', 'issuer-pin'],
};

const makeSecrets = async () => {
  const { wrapKeyBlock } = await import('@openswipe/card/host');
  const { Sensitive } = await import('@openswipe/kernel');
  const random = (/** @type {number} */ length) => new Sensitive(new Uint8Array(randomBytes(length)));
  const keys = Object.fromEntries(Object.entries(USES).map(([id, { length }]) => [id, random(length)]));
  /** @type {Secrets} */
  const secrets = {};
  for (const [service, ids] of Object.entries(KEYS_OF)) {
    const masterKey = random(32);
    const blocks = ids.map((id) => {
      const { length: _length, ...use } = USES[id];
      const key = /** @type {import('@openswipe/card').Key} */ (keys[id]);
      return [id, wrapKeyBlock(masterKey, { ...use, keyVersion: '00', exportability: 'N' }, key)];
    });
    secrets[service] = {
      MASTER_KEY: Buffer.from(masterKey.reveal('laptop secrets file')).toString('hex'),
      KEY_BLOCKS: JSON.stringify(Object.fromEntries(blocks)),
    };
  }
  const script = join(ROOT, 'services', 'accounts', 'dist', 'make-keys.js');
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  return { ...secrets, accounts: JSON.parse(stdout) };
};

/**
 * The secrets of a laptop installation: made once, kept in the data directory, readable by its owner only.
 * @param {string} dataDir
 * @returns {Promise<Secrets>}
 */
export const loadSecrets = async (dataDir) => {
  const file = join(dataDir, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const secrets = await makeSecrets();
  // Whole or not at all: half a file would lock everybody out of what is already stored.
  writeFileSync(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return secrets;
};
