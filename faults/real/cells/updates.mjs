import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ROTATABLE, announce, currentBdkId, use } from '../../../tools/stack/key-rotation.mjs';
import { KEYS_OF } from '../../../tools/stack/secrets.mjs';
import { SERVICES } from '../../../tools/stack/services.mjs';
import { roll } from '../roll.mjs';
import { until } from '../until.mjs';

/** @typedef {import('../campaign.mjs').Cell} Cell */
/** @typedef {import('../campaign.mjs').Campaign} Campaign */
/** @typedef {import('../../../tools/stack/secrets.mjs').Secrets} Secrets */

const BOTH_AT_WORK_MS = 10_000;
const NEW_KEYS_MS = 60_000;

/** Every replica that holds keys gets the secrets, one after another, under load. @param {Campaign} campaign */
const give = async (campaign, /** @type {Secrets} */ secrets) => {
  const { platform } = campaign;
  platform.secrets = secrets;
  const replicas = Object.keys(KEYS_OF).flatMap((service) => platform.of(service));
  await roll(campaign, replicas, (replica) => Object.assign(replica.env, secrets[replica.service]));
};

/** How many keys of terminals under this BDK have been used. @param {Campaign} campaign @param {string} bdkId */
const used = async ({ platform }, bdkId) => {
  const filter = { _id: { $regex: `^${bdkId}` }, counter: { $gt: 0 } };
  return (await platform.store.rows('transactions', 'terminalCounters', filter)).length;
};

/** @type {Cell} */
const keyRotation = {
  name: 'key-rotation',
  what:
    'the BDKs of transactions and PINs, the zone key and the vault key each followed by a new one under load, replica ' +
    'by replica; terminals under the old keys go on, new ones get the new keys; no submit may fail',
  seconds: 60,
  run: async (campaign) => {
    let { secrets } = campaign.platform;
    if (!secrets) throw new Error('the platform has not been started');
    const before = currentBdkId(secrets, 'data-bdk');
    for (const id of ROTATABLE) secrets = await announce(secrets, id);
    await give(campaign, secrets);
    for (const id of ROTATABLE) secrets = use(secrets, id);
    await give(campaign, secrets);
    const after = currentBdkId(secrets, 'data-bdk');
    await campaign.load.welcome();
    await until(
      'a new terminal pays under the new BDK',
      async () => (await used(campaign, after)) || undefined,
      NEW_KEYS_MS,
    );
    if ((await used(campaign, before)) === 0) throw new Error('no terminal has paid under the BDK before');
    await campaign.recovered();
  },
};

const NEWER = join(import.meta.dirname, '..', 'newer-version.mjs');

/** @type {Cell} */
const newerVersion = {
  name: 'newer-version',
  what:
    'an update and its way back under load: one replica of each service writes fields into records, documents and calls ' +
    'that the other one does not know yet; no submit may fail',
  short: true,
  seconds: 60,
  run: async (campaign) => {
    const newer = SERVICES.flatMap((service) => campaign.platform.of(service).slice(1));
    await roll(campaign, newer, ({ env }) => (env['NODE_OPTIONS'] = `--import ${NEWER}`));
    await delay(BOTH_AT_WORK_MS);
    await campaign.recovered();
    await roll(campaign, newer, ({ env }) => delete env['NODE_OPTIONS']);
  },
};

/** @type {Cell[]} */
export const UPDATES = [keyRotation, newerVersion];
