import { withInfra } from '../infra.mjs';
import { compare, single } from '../pairs.mjs';
import { startProgram } from '../processes.mjs';

/** @typedef {import('../processes.mjs').Program} Program */

const SIZE = 200;

/** @param {Program} medici @param {number} count @param {number} oursPerSecond */
const asShipped = async (medici, count, oursPerSecond) => {
  const inTransaction = await medici.call('inTransaction');
  const without = await medici.call('run', { count }).catch((fault) => fault);
  const rate = without instanceof Error ? NaN : without.value;
  const note =
    `in a transaction, as its manual has it: ${String(inTransaction).slice(0, 120)}; without one: ` +
    (without instanceof Error ? without.message.split('\n')[0]?.slice(0, 120) : `${Math.round(rate)} journals/s`);
  return single({ name: '÷ medici as shipped', unit: '×', goal: null, value: oursPerSecond / rate, note });
};

/** @type {import('./figure.mjs').Figure} */
export const p2 = {
  id: 'P2',
  title: 'Ledger journals a second',
  method:
    'The ledger posts approved transactions in batches of 200, four at a time as its consumer does; the peer is the ' +
    'driver inserting the same documents in the same batches, with the same indexes and write concern. “Whole” adds the ' +
    'event to Kafka, the hash chain and the balances. After the runs the audit of the ledger must find every journal.',
  run: (context) =>
    withInfra(async ({ kafkaBrokers, mongoUrl }) => {
      const env = { KAFKA_BROKERS: kafkaBrokers, MONGO_URL: mongoUrl };
      const [ledger, bare, medici] = [
        await startProgram('ledger-journals', env),
        await startProgram('bare-journals', env),
        await startProgram('medici-journals', env),
      ];
      try {
        const count = context.isQuick ? 800 : 6_000;
        const few = context.isQuick ? 100 : 500;
        const { blocks } = context;
        const post =
          (isWhole = false, payees = 100) =>
          () =>
            ledger.call('run', { count, size: SIZE, payees, isWhole });
        const batch = () => bare.call('batch', { count, size: SIZE });
        const rows = [
          await compare({
            ...{ name: 'posted ÷ batch insert', unit: 'journals/s', goal: { relation: '>=', limit: 0.7 } },
            ...{ ours: post(), peer: batch, blocks },
          }),
          await compare({
            ...{ name: 'whole ÷ batch insert', unit: 'journals/s', goal: null, ours: post(true), peer: batch, blocks },
            note: 'posted, told, sealed and in the balances',
          }),
          await compare({
            ...{ name: '÷ write shape of medici', unit: 'journals/s', goal: { relation: '>=', limit: 10 }, blocks },
            ...{ ours: post(), peer: () => bare.call('medici', { count: few }) },
          }),
          await compare({
            ...{ name: 'one payee ÷ many', unit: 'journals/s', goal: { relation: '>=', limit: 0.9 }, blocks },
            ...{ ours: post(true, 1), peer: post(true, count / 4) },
          }),
        ];
        rows.push(await asShipped(medici, few, rows[0]?.ours ?? NaN));
        const { problems, entryCount, posted } = await ledger.call('audit');
        if (problems.length > 0 || entryCount !== posted)
          throw new Error(`the ledger holds ${entryCount} of ${posted} journals: ${problems.slice(0, 3).join('; ')}`);
        return rows;
      } finally {
        await Promise.all([ledger.stop(), bare.stop(), medici.stop()]);
      }
    }),
};
