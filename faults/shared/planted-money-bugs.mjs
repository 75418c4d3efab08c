import { Money, newId } from '@openswipe/kernel';
import { within } from './replace.mjs';

/** @typedef {import('./planted-bugs.mjs').PlantedBug} PlantedBug */

/**
 * A guard that a write has lost.
 * @param {string} service @param {string} collection @param {(field: string) => boolean} isGuard
 */
const unguarded =
  (service, collection, isGuard) =>
  (/** @type {any} */ { databases }) => {
    databases[service].filterOf = (/** @type {string} */ name, /** @type {any} */ filter) =>
      name === collection && '_id' in filter && typeof filter._id === 'string'
        ? Object.fromEntries(Object.entries(filter).filter(([field]) => !isGuard(field)))
        : filter;
  };

/** @param {(part: any, entries: any[]) => any} work */
const posting = (work) => within('ledger', 'MongoJournal', { post: work });

/** As if money were a number with a point. @param {any} amount */
const asFloat = (amount) =>
  Money.of(BigInt(Math.trunc((Number(amount.amountMinor) / 100) * 1.1 * (1 / 1.1) * 100)) || 1n, amount.currency);

/** Mistakes about money, states and keys. @type {readonly PlantedBug[]} */
export const MONEY_BUGS = [
  {
    name: 'journal id drawn instead of derived',
    breaks: 'I3',
    cell: 'duplicates@risk',
    onPart: posting((journal, entries) =>
      journal.post(entries.map((entry) => ({ ...entry, id: `${newId('transaction')}:settle` }))),
    ),
  },
  {
    name: 'amount as a float',
    breaks: 'I5',
    cell: 'none',
    onPart: within('ledger', 'PostSettlements', {
      execute: (part, approved) =>
        part.execute(approved.map((/** @type {any} */ one) => ({ ...one, amount: asFloat(one.amount) }))),
    }),
  },
  {
    name: 'an outcome that is not known is booked',
    breaks: 'I5',
    cell: 'none',
    onPart: within('ledger', 'Consumers', {
      on: (consumers, topic, handle) =>
        consumers.on(topic, (/** @type {any[]} */ batch) =>
          handle(
            batch.map((record) =>
              record.value.outcome?.$case === 'unknown'
                ? { ...record, value: { ...record.value, outcome: { $case: 'approved', approved: {} } } }
                : record,
            ),
          ),
        ),
    }),
  },
  {
    name: 'balance applied without its mark',
    breaks: 'I8',
    cell: 'two-replicas',
    onPart: within('ledger', 'MongoBalances', {
      find: async (part, keys) =>
        (await part.find(keys)).map((/** @type {any} */ balance) => ({ ...balance, applied: new Map() })),
      change: (part, changes) => part.change(changes).then(() => true),
    }),
    onPlatform: unguarded('ledger', 'balances', (field) => field.startsWith('applied.')),
  },
  {
    name: 'one side of a movement is forgotten',
    breaks: 'I1',
    cell: 'none',
    onPart: within('ledger', 'MongoBalances', {
      change: async (part, changes) => {
        await part.change(changes.filter((/** @type {any} */ { key }) => !key.startsWith('asset:')));
        return true;
      },
    }),
  },
  {
    name: 'chain link without the link before it',
    breaks: 'I8',
    cell: 'none',
    onPart: within('ledger', 'MongoHashChain', {
      head: async (part, partition) => ({ ...(await part.head(partition)), hash: '0'.repeat(64) }),
    }),
  },
  {
    name: 'key serial number not checked',
    breaks: 'I6',
    cell: 'none',
    onPart: within('transactions', 'TerminalCounterRepository', {
      load: async (part, ids) =>
        (await part.load(ids)).map((/** @type {any} */ counter) => ({ ...counter, counter: 0, recent: [] })),
      save: async () => true,
    }),
  },
  {
    name: 'two transactions may hold one order',
    breaks: 'I3',
    cell: 'none',
    onPart: within('orders', 'BeginPayments', {
      execute: async (part, items) => {
        const results = await part.execute(items);
        return Promise.all(
          results.map(async (/** @type {any} */ result, /** @type {number} */ at) =>
            result.refusal?.code === 'ORDERS.ALREADY_PAYING' || result.refusal?.code === 'ORDERS.ALREADY_PAID'
              ? { order: (await part.orders.find([items[at].orderId]))[0] }
              : result,
          ),
        );
      },
    }),
  },
  {
    name: 'outcome written without looking at the state',
    breaks: 'I2',
    cell: 'rewind@risk',
    onPlatform: unguarded('risk', 'assessments', (field) => field === 'status'),
    onPart: within('risk', 'MongoAssessments', {
      find: async (part, ids) =>
        new Map(
          [...(await part.find(ids))].map(([id, state]) => [
            id,
            state.status === 'approved' ? { ...state, status: 'received' } : state,
          ]),
        ),
    }),
  },
  {
    name: 'late approval not reversed',
    breaks: 'I3',
    cell: 'none',
    onPart: within('risk', 'IssuerSimulator', {
      reverse: async () => undefined,
      query: async () => ({ kind: 'unknown' }),
    }),
  },
  {
    name: 'unknown outcome never resolved',
    breaks: 'I2',
    cell: 'none',
    onPart: within('transactions', 'ResolveUnknownOutcomes', {
      execute: async () => ({ asked: 0, oldestUnknownMs: 0, unanswered: 0, rejected: [], stuck: [] }),
    }),
  },
  {
    name: 'reversal gives back twice',
    breaks: 'I3',
    cell: 'none',
    onPlatform: unguarded('risk', 'issuer_limits', (field) => field === 'returned'),
    // Whoever got no answer asks again: the second time must not count.
    onPart: within('risk', 'IssuerSimulator', {
      query: async () => ({ kind: 'unknown' }),
      reverse: async (part, id) => {
        await part.reverse(id);
        await part.reverse(id);
      },
    }),
  },
];
