import { randomBytes } from 'node:crypto';
import { KEYS_OF, USES } from './secrets.mjs';

/**
 * One key follows another while both are in use, in three steps, each rolled out to every replica before the next:
 * `announce` (the new key is known), `use` (it makes what is new), `retire` (the others are gone). docs/KEYS.md
 * says how long to wait between them.
 * @typedef {import('./secrets.mjs').Secrets} Secrets
 * @typedef {import('./secrets.mjs').KeyId} KeyId
 * @typedef {Record<string, string>} Blocks key blocks by name
 */

/**
 * Where the id of the current BDK is, and what it is where nobody has said.
 * @type {Record<string, [string, string]>}
 */
const BDKS = { 'data-bdk': ['DATA_BDK_ID', '4f534431'], 'pin-bdk': ['PIN_BDK_ID', '4f535031'] };

/** The vault keeps cards under each key that it ever used, so none of those is retired. */
export const ROTATABLE = [...Object.keys(BDKS), 'zone-card-data', 'vault'];

/** TR-31:2018, A.2, Table 4: two characters of the header, in clear. */
const versionOf = (/** @type {string} */ block) => block.slice(9, 11);

/** @param {string} id @returns {asserts id is KeyId} */
const requireRotatable = (id) => {
  if (!ROTATABLE.includes(id)) throw new Error(`${id} cannot be rotated; what can: ${ROTATABLE.join(', ')}`);
};

/** @param {string} id @returns {string[]} */
const servicesWith = (id) =>
  Object.keys(KEYS_OF).filter((service) => KEYS_OF[service]?.includes(/** @type {KeyId} */ (id)));

/**
 * @param {Secrets} secrets @param {string} id
 * @param {(blocks: Blocks, secret: Record<string, string>) => object} change of the blocks; what more it gives is set
 */
const changed = (secrets, id, change) => {
  const after = servicesWith(id).map((service) => {
    const secret = secrets[service] ?? {};
    const blocks = JSON.parse(secret['KEY_BLOCKS'] ?? '{}');
    return [service, { ...secret, ...change(blocks, secret), KEY_BLOCKS: JSON.stringify(blocks) }];
  });
  return /** @type {Secrets} */ ({ ...secrets, ...Object.fromEntries(after) });
};

/** @param {Blocks} blocks @param {string} id @returns {string[]} generations beside the one of the bare id, in order */
const generations = (blocks, id) =>
  Object.keys(blocks)
    .filter((name) => name.startsWith(`${id}:`))
    .map((name) => name.slice(id.length + 1))
    .sort();

/** @param {string} generation hexadecimal or decimal digits @param {10 | 16} base */
const next = (generation, base) =>
  (parseInt(generation, base) + 1).toString(base).padStart(generation.length, '0').slice(-generation.length);

/**
 * The generation that makes what is new.
 * @param {Blocks} blocks @param {string} id @param {Record<string, string>} secret
 */
const currentOf = (blocks, id, secret) => {
  const [variable, usual] = BDKS[id] ?? [];
  return variable ? (secret[variable] ?? usual ?? '') : versionOf(blocks[id] ?? '');
};

/** The id of the BDK under which terminals get new keys. @param {Secrets} secrets @param {'data-bdk' | 'pin-bdk'} id */
export const currentBdkId = (secrets, id) => {
  const [service = ''] = servicesWith(id);
  return currentOf({}, id, secrets[service] ?? {});
};

/** The generation after all that are there. @param {Blocks} blocks @param {string} id @param {string} current */
const upcoming = (blocks, id, current) =>
  next([current, ...generations(blocks, id)].sort().at(-1) ?? current, id in BDKS ? 16 : 10);

/**
 * A new key beside the current one, the same in every service that has this key.
 * @param {Secrets} secrets @param {string} id @returns {Promise<Secrets>}
 */
export const announce = async (secrets, id) => {
  requireRotatable(id);
  const { wrapKeyBlock } = await import('@openswipe/card/host');
  const { Sensitive } = await import('@openswipe/kernel');
  const { length, ...use } = USES[id];
  const key = new Sensitive(new Uint8Array(randomBytes(length)));
  return changed(secrets, id, (blocks, secret) => {
    const current = currentOf(blocks, id, secret);
    const generation = upcoming(blocks, id, current);
    const masterKey = new Sensitive(new Uint8Array(Buffer.from(secret['MASTER_KEY'] ?? '', 'hex')));
    const keyVersion = id in BDKS ? '00' : generation;
    const bare = blocks[id];
    if (id in BDKS && bare) {
      // From here on the BDK id says which is which.
      blocks[`${id}:${current}`] = bare;
      delete blocks[id];
    }
    blocks[`${id}:${generation}`] = wrapKeyBlock(masterKey, { ...use, keyVersion, exportability: 'N' }, key);
    return {};
  });
};

/** The latest key makes what is new. @param {Secrets} secrets @param {string} id @returns {Secrets} */
export const use = (secrets, id) => {
  requireRotatable(id);
  return changed(secrets, id, (blocks, secret) => {
    const current = currentOf(blocks, id, secret);
    const latest = generations(blocks, id).at(-1) ?? '';
    if (latest <= current) throw new Error(`no other ${id} has been announced`);
    const [variable] = BDKS[id] ?? [];
    if (variable) return { [variable]: latest };
    const [before, after] = [blocks[id] ?? '', blocks[`${id}:${latest}`] ?? ''];
    delete blocks[`${id}:${latest}`];
    Object.assign(blocks, { [id]: after, [`${id}:${versionOf(before)}`]: before });
    return {};
  });
};

/** Only the current key is left. @param {Secrets} secrets @param {string} id @returns {Secrets} */
export const retire = (secrets, id) => {
  requireRotatable(id);
  if (id === 'vault') throw new Error('cards in the vault are kept under the keys of earlier versions');
  return changed(secrets, id, (blocks, secret) => {
    const current = currentOf(blocks, id, secret);
    for (const generation of generations(blocks, id)) if (generation !== current) delete blocks[`${id}:${generation}`];
    return {};
  });
};
