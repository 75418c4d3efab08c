import { SEAMS } from './fault-plan.mjs';

/** @typedef {import('./run-cell.mjs').Cell} Cell */
/** @typedef {import('./fault-plan.mjs').Faults} Faults */

const STORES = ['orders', 'transactions', 'risk', 'ledger'];
const MOVERS = [...STORES, 'gateway'];

/** A gateway has no store of its own. @param {string} service */
const seamsOf = (service) =>
  SEAMS.filter((seam) => service !== 'gateway' || seam === 'before-push' || seam === 'after-produce');

/**
 * One service each.
 * @param {string} kind @param {readonly string[]} services @param {Faults} faults @returns {Cell[]}
 */
const each = (kind, services, faults) =>
  services.map((service) => ({ name: `${kind}@${service}`, faults: { service, ...faults } }));

/** @type {Cell[]} */
const CRASHES = MOVERS.flatMap((service) =>
  seamsOf(service).map((crash) => ({ name: `crash:${crash}@${service}`, faults: { service, crash } })),
);

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

/** Everything at once, and thin: what single faults do not bring about together. @type {Faults} */
const MIXED = {
  storeRefused: 0.01,
  storeAnswerLost: 0.01,
  storePartial: 0.005,
  storeSlow: 0.005,
  produceRefused: 0.01,
  produceAnswerLost: 0.01,
  duplicates: 0.1,
  lateCopies: 0.05,
  slowDelivery: 0.01,
  commitLost: 0.01,
  callLost: 0.01,
  callAnswerLost: 0.01,
  crashes: 6,
  pauses: 2,
  rebalances: 3,
  rewinds: 1,
  poison: 3,
};

/** Kind of fault × where. @type {readonly Cell[]} */
export const CELLS = [
  { name: 'none', faults: {} },
  { name: 'two-replicas', faults: {}, replicas: { orders: 2, transactions: 2, risk: 2, ledger: 2 } },
  ...CRASHES,
  ...each('crash-loop', MOVERS, { crashes: 12 }),
  { name: 'crash-any', faults: { crashes: 20 } },
  ...each('store-refused', STORES, { storeRefused: 0.1 }),
  ...each('store-answer-lost', STORES, { storeAnswerLost: 0.1 }),
  ...each('store-partial', STORES, { storePartial: 0.1 }),
  ...each('store-slow', STORES, { storeSlow: 0.05 }),
  ...each('store-outage', STORES, { storeOutage: 30 }),
  ...each('produce-refused', MOVERS, { produceRefused: 0.15 }),
  ...each('produce-answer-lost', MOVERS, { produceAnswerLost: 0.15 }),
  ...each('duplicates', MOVERS, { duplicates: 1 }),
  ...each('late-copies', MOVERS, { lateCopies: 0.5 }),
  ...each('slow-delivery', STORES, { slowDelivery: 0.1 }),
  ...each('commit-lost', STORES, { commitLost: 0.15 }),
  ...each('call-lost', ['transactions', 'ledger', 'gateway'], { callLost: 0.15 }),
  ...each('call-answer-lost', ['transactions', 'ledger', 'gateway'], { callAnswerLost: 0.15 }),
  ...each('pause', STORES, { pauses: 5 }).map((cell) => ({ ...cell, replicas: twice(cell) })),
  ...each('rebalance', STORES, { rebalances: 12 }).map((cell) => ({ ...cell, replicas: twice(cell) })),
  ...each('rewind', STORES, { rewinds: 4 }),
  { name: 'poison', faults: { poison: 20 } },
  ...each('clock-behind', MOVERS, { skewMs: -5 * MINUTE_MS }),
  ...each('clock-ahead', MOVERS, { skewMs: 5 * MINUTE_MS }),
  ...each('clock-day-ahead', MOVERS, { skewMs: DAY_MS }),
  { name: 'mixed', faults: MIXED },
  { name: 'mixed-two-replicas', faults: MIXED, replicas: { orders: 2, transactions: 2, risk: 2, ledger: 2 } },
];

/** @param {Cell} cell @returns {Record<string, number>} */
function twice({ faults: { service = '' } }) {
  return { [service]: 2 };
}

/** @param {string} name */
export const cellOf = (name) => {
  const cell = CELLS.find((one) => one.name === name);
  if (!cell) throw new Error(`there is no cell ${name}; there are ${CELLS.map((one) => one.name).join(', ')}`);
  return cell;
};
