import { claimPort } from '../../tools/infra/ports.mjs';
import { startProgram } from '../processes.mjs';
import { until } from './settled.mjs';

/**
 * @typedef {object} Hop what a stage does with a batch of one topic
 * @property {string} from
 * @property {number} writes bulk writes, each with one operation for each record; the first inserts
 * @property {string[]} to
 */

/**
 * The way of a payment with nothing left but its records and its bulk writes, counted in the sources of the services:
 * their own documents, the outbox that is cleared after each publication, counters, holds and limits.
 * @type {Record<string, Hop[]>}
 */
const STAGES = {
  transactions: [
    { from: 'submitted', writes: 6, to: ['verified', 'changed'] },
    { from: 'assessed', writes: 1, to: [] },
    { from: 'posted', writes: 2, to: ['concluded'] },
  ],
  risk: [{ from: 'verified', writes: 6, to: ['assessed'] }],
  ledger: [{ from: 'assessed', writes: 2, to: ['posted'] }],
  orders: [{ from: 'concluded', writes: 2, to: ['changed'] }],
  accounts: [{ from: 'changed', writes: 1, to: [] }],
};

/**
 * One process for each service and an edge, on the same broker and database as the platform.
 * @param {{ kafkaBrokers: string, mongoUrl: string }} infra
 * @param {Record<string, number>} bytes of a record, by topic
 */
export const openFloor = async ({ kafkaBrokers, mongoUrl }, bytes) => {
  const listen = `127.0.0.1:${await claimPort('the floor', 0)}`;
  const env = { KAFKA_BROKERS: kafkaBrokers, MONGO_URL: mongoUrl, RECORD_BYTES: JSON.stringify(bytes) };
  const edge = await startProgram('floor-edge', { ...env, HTTP_LISTEN: listen });
  const stages = await Promise.all(
    Object.entries(STAGES).map(
      async ([name, hops]) =>
        /** @type {const} */ ([
          name,
          await startProgram('floor-stage', { ...env, STAGE: name, HOPS: JSON.stringify(hops) }),
        ]),
    ),
  );
  const programs = [edge, ...stages.map(([, program]) => program)];
  const transactions = new Map(stages).get('transactions') ?? edge;
  let settled = 0;
  return {
    url: `http://${listen}`,
    pids: programs.map(({ pid }) => pid),
    /** Gives the time at which as many more have come through. @param {number} more */
    untilSettled: (more) => until(() => transactions.call('handled', 'posted'), (settled += more)),
    close: async () => {
      await Promise.all(programs.map((program) => program.stop()));
    },
  };
};

/** @typedef {Awaited<ReturnType<typeof openFloor>>} Floor */
