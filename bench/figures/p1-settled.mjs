import { newId } from '@openswipe/kernel';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { TOPICS } from '@openswipe/contracts';
import { audit } from '../../tools/stack/audit.mjs';
import { withInfra } from '../infra.mjs';
import { postAll } from '../load/submit.mjs';
import { compare } from '../pairs.mjs';
import { openFloor } from '../platform/floor.mjs';
import { PREFIX, openPlatform } from '../platform/platform.mjs';
import { until } from '../platform/settled.mjs';
import { cpuMsOf } from '../processes.mjs';

/** @typedef {import('../platform/platform.mjs').Platform} Platform */

/** The platform's topics by the names of the floor's. */
const NAMES = {
  submitted: TOPICS.transactionSubmitted.name,
  verified: TOPICS.transactionVerified.name,
  assessed: TOPICS.transactionAssessed.name,
  posted: TOPICS.entryPosted.name,
  concluded: TOPICS.transactionConcluded.name,
  changed: TOPICS.orderChanged.name,
};

/** What a record of each topic takes in the broker's own files. @param {string} brokers @param {string} dataDir */
export const recordBytes = async (brokers, dataDir) => {
  const logs = join(dataDir, 'kafka', 'logs');
  const admin = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  /** @type {Record<string, number>} */
  const bytes = {};
  for (const [name, topic] of Object.entries(NAMES)) {
    const physical = `${PREFIX}${topic}`;
    const offsets = await admin.fetchTopicOffsets(physical);
    const count = offsets.reduce((sum, { high }) => sum + Number(high), 0);
    const folders = readdirSync(logs).filter((folder) => folder.startsWith(`${physical}-`));
    const files = folders.flatMap((folder) => readdirSync(join(logs, folder)).map((file) => join(logs, folder, file)));
    const size = files.filter((file) => file.endsWith('.log')).reduce((sum, file) => sum + statSync(file).size, 0);
    if (count > 0 && size > 0) bytes[name] = Math.round(size / count);
  }
  await admin.disconnect();
  return bytes;
};

/** Of the platform: pays one order from each terminal and waits for the books. @param {Platform} platform */
export const settler = ({ payments, databaseOf, stack, pids, terminals }) => {
  const entries = databaseOf('ledger').collection('journal_entries');
  const transactions = databaseOf('transactions').collection('transactions');
  let paid = 0;
  /** @param {(index: number) => string} payeeOf */
  return async (payeeOf) => {
    const made = await payments(payeeOf);
    const before = cpuMsOf(pids());
    const started = performance.now();
    await postAll(`${stack.url}/v1/transactions`, made);
    paid += terminals.length;
    const ended = await until(() => transactions.countDocuments({ status: 'settled' }), paid);
    const cpuMs = (cpuMsOf(pids()) - before) / made.length;
    const booked = await entries.countDocuments({ reason: 'settlement' });
    if (booked !== paid) throw new Error(`${booked} journals for ${paid} settled transactions`);
    return { value: (made.length * 1_000) / (ended - started), cpuMs };
  };
};

/** @param {import('../platform/floor.mjs').Floor} floor @param {number} count @param {string} body */
export const floorRunner = (floor, count, body) => async () => {
  const items = Array.from({ length: count }, () => ({
    body: body.replace(/ord_[0-9a-f]{32}/, newId('order')),
    token: 'x'.repeat(300),
  }));
  const before = cpuMsOf(floor.pids);
  const started = performance.now();
  await postAll(`${floor.url}/transactions`, items);
  const ended = await floor.untilSettled(count);
  return { value: (count * 1_000) / (ended - started), cpuMs: (cpuMsOf(floor.pids) - before) / count };
};

/** Throws where a promise about money does not hold: such a run has no speed. @param {string} mongoUrl */
export const requireInvariants = async (mongoUrl) => {
  const { ok, invariants } = await audit({ mongoUrl, prefix: PREFIX, patienceMs: 90_000 });
  if (ok) return;
  const broken = invariants.filter(({ holds }) => !holds).map(({ name, problems }) => `${name}: ${problems[0]}`);
  throw new Error(`the run broke its promises: ${broken.join('; ')}`);
};

/** @type {import('./figure.mjs').Figure} */
export const p1 = {
  id: 'P1',
  title: 'Settled transactions a second, end to end',
  method:
    'Each of N terminals submits one sealed payment over HTTP; time runs until all are settled and the ledger holds a ' +
    'journal for each, half of them for one payee and half for payees of their own; then every invariant is audited. ' +
    'The floor is an edge and five consumers on the same broker, database and client, with the same records, bytes, hops ' +
    'and bulk writes, and no other work.',
  run: (context) =>
    withInfra(async (infra) => {
      const count = context.isQuick ? 40 : context.isFull ? 600 : 300;
      const platform = await openPlatform(infra, count);
      try {
        const settle = settler(platform);
        const hot = platform.merchant.id;
        const mixed = () => settle((index) => (index % 2 === 0 ? hot : newId('merchant')));
        await mixed();
        const bytes = await recordBytes(infra.kafkaBrokers, infra.dataDir);
        const [sample] = await platform.payments(() => hot);
        const floor = await openFloor(infra, bytes);
        try {
          const rows = [
            await compare({
              ...{
                name: 'settled ÷ floor',
                unit: 'tx/s',
                goal: { relation: '>=', limit: 0.5 },
                blocks: context.blocks,
              },
              ...{ ours: mixed, peer: floorRunner(floor, count, sample?.body ?? '') },
              note: `record bytes ${Object.entries(bytes)
                .map(([name, size]) => `${name} ${size}`)
                .join(', ')}`,
            }),
          ];
          await floor.close();
          rows.push(
            await compare({
              ...{ name: 'one payee ÷ a payee each', unit: 'tx/s', goal: { relation: '>=', limit: 0.9 } },
              ...{ blocks: context.blocks, ours: () => settle(() => hot), peer: () => settle(() => newId('merchant')) },
            }),
          );
          await requireInvariants(infra.mongoUrl);
          return rows;
        } finally {
          await floor.close();
        }
      } finally {
        await platform.close();
      }
    }),
};
