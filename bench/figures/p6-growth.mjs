import { withInfra } from '../infra.mjs';
import { compare } from '../pairs.mjs';
import { startProgram } from '../processes.mjs';
import { ledgerEnvironment, secondsOf, startLedger } from './p8-start.mjs';

const POINT = /** @type {const} */ ({ relation: '<=', limit: 1.25 });
const PAGE = /** @type {const} */ ({ relation: '<=', limit: 1.5 });
const RESTART = /** @type {const} */ ({ relation: '<=', limit: 2 });
const SMALL = { transactions: 1_000, accounts: 100 };
/** The gateway takes no more. */
const STREAMS = { small: 1_000, large: 20_000 };

/** @param {import('./figure.mjs').Context} context */
const largeOf = ({ isQuick, isFull }) => {
  if (isQuick) return { transactions: 10_000, accounts: 1_000 };
  return isFull ? { transactions: 1_000_000, accounts: 100_000 } : { transactions: 100_000, accounts: 10_000 };
};

/** @param {number} blocks @param {number} times */
const pushRow = async (blocks, times) => {
  const [large, small] = [await startProgram('push-hub'), await startProgram('push-hub')];
  try {
    await large.call('open', STREAMS.large);
    await small.call('open', STREAMS.small);
    return await compare({
      ...{ name: `push to one of ${STREAMS.large} ÷ of ${STREAMS.small}`, unit: 'µs', goal: POINT, blocks },
      ours: async () => ({ value: await large.call('cost', times) }),
      peer: async () => ({ value: await small.call('cost', times) }),
    });
  } finally {
    await Promise.all([large.stop(), small.stop()]);
  }
};

/** @type {import('./figure.mjs').Figure} */
export const p6 = {
  id: 'P6',
  title: 'Cost of an operation with many transactions ÷ with a thousand',
  method:
    'Two sets of databases in one store, filled by the platform’s own code, one with 1,000 transactions and one with ' +
    '100,000 (--full: a million, and 100,000 accounts); the repositories of orders and ledger do the same operations on ' +
    'both. Restart is the ledger from spawn until ready on each.',
  run: (context) =>
    withInfra(async ({ kafkaBrokers, mongoUrl, dataDir }) => {
      const env = { MONGO_URL: mongoUrl };
      const large = await startProgram('growth', { ...env, DATABASES: 'large_openswipe_' });
      const small = await startProgram('growth', { ...env, DATABASES: 'small_openswipe_' });
      try {
        const amounts = largeOf(context);
        await small.call('seed', SMALL);
        await large.call('seed', amounts);
        const times = context.isQuick ? 100 : 400;
        const rows = [];
        for (const name of await large.call('operations')) {
          rows.push(
            await compare({
              ...{ name, unit: 'ms', goal: name.includes('page') ? PAGE : POINT, blocks: context.blocks },
              ours: async () => ({ value: await large.call('cost', { name, times }) }),
              peer: async () => ({ value: await small.call('cost', { name, times }) }),
              note: `${amounts.transactions} transactions ÷ ${SMALL.transactions}`,
            }),
          );
        }
        rows.push(await pushRow(context.blocks, times * 500));
        const restart = async (/** @type {string} */ prefix) => {
          const variables = await ledgerEnvironment({ dataDir, kafkaBrokers, mongoUrl, prefix });
          return () =>
            secondsOf(
              () => startLedger(dataDir, variables),
              (child) => child.stop(),
            );
        };
        const [ours, peer] = [await restart('large-'), await restart('small-')];
        rows.push(
          await compare({
            name: 'restart of the ledger',
            unit: 's',
            goal: RESTART,
            ours,
            peer,
            blocks: context.blocks,
          }),
        );
        return rows;
      } finally {
        await Promise.all([large.stop(), small.stop()]);
      }
    }),
};
