import { TEST_CARDS } from '@openswipe/card/test-cards';
import { BSON } from 'mongodb';

/**
 * The system as an outsider finds it: documents, records and what clients remember; no part of a service is asked.
 * @param {import('./platform.mjs').Platform} platform
 * @param {import('./workload.mjs').Workload} workload
 * @param {import('./disturbance.mjs').Disturbance} disturbance
 * @returns {import('../shared/invariants.mjs').Seen}
 */
export const look = ({ databases, broker }, workload, disturbance) => {
  const rows = (/** @type {string} */ service, /** @type {string} */ name) => databases[service]?.rows(name) ?? [];
  const records = [...broker.topics].flatMap(([topic, logs]) =>
    logs.flatMap((log, partition) => log.map((message) => ({ topic, partition, ...message }))),
  );
  return {
    orders: rows('orders', 'orders'),
    transactions: rows('transactions', 'transactions'),
    assessments: rows('risk', 'assessments'),
    authorizations: rows('risk', 'issuer_authorizations'),
    limits: rows('risk', 'issuer_limits'),
    entries: rows('ledger', 'journal_entries'),
    balances: rows('ledger', 'balances'),
    links: rows('ledger', 'chain_links'),
    payouts: rows('ledger', 'payouts'),
    transfers: rows('ledger', 'simulated_bank_transfers'),
    history: [...(databases['transactions']?.history ?? []), ...(databases['risk']?.history ?? [])],
    records,
    unread: [...broker.groups.values()].filter((group) => !group.isDrained).map(({ id }) => id),
    unsent: Object.entries(databases).flatMap(([service, { collections }]) =>
      [...collections.values()].flatMap(({ collectionName, rows: all }) =>
        [...all.values()].some(({ outbox }) => outbox?.length) ? [`${service}.${collectionName}`] : [],
      ),
    ),
    poison: disturbance.poison,
    client: workload.log,
    isDone: workload.isDone,
    dailyLimitMinor: 1_000_000_000n,
    secrets: TEST_CARDS.map(({ pan }) => pan),
    bytes: function* () {
      for (const [service, { collections }] of Object.entries(databases)) {
        for (const { collectionName, rows: all } of collections.values()) {
          for (const row of all.values()) yield [`${service}.${collectionName}`, BSON.serialize(row)];
        }
      }
      for (const { topic, value, headers } of records) {
        yield [topic, value];
        yield [`headers of ${topic}`, Buffer.from(JSON.stringify(headers))];
      }
    },
  };
};
