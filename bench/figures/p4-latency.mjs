import { newId } from '@openswipe/kernel';
import { withInfra } from '../infra.mjs';
import { listen } from '../load/event-listener.mjs';
import { openLoop } from '../load/open-loop.mjs';
import { post } from '../load/submit.mjs';
import { compare, percentile, single } from '../pairs.mjs';
import { openFloor } from '../platform/floor.mjs';
import { openPlatform } from '../platform/platform.mjs';
import { until } from '../platform/settled.mjs';
import { floorRunner, recordBytes, requireInvariants, settler } from './p1-settled.mjs';

const SHARE_OF_SATURATION = 0.3;
const P99_LIMIT_MS = 50;

/** @typedef {import('../pairs.mjs').Sample} Sample */

/**
 * @param {readonly number[]} intended
 * @param {readonly string[]} keys
 * @param {Map<string, number>} heard
 * @returns {Sample}
 */
const sampleOf = (intended, keys, heard) => {
  const delays = keys.map((key, i) => (heard.get(key) ?? Infinity) - (intended[i] ?? NaN));
  return { value: percentile(delays, 0.99), more: { 'p50 ms': percentile(delays, 0.5) } };
};

/** @param {Map<string, number>} heard @param {readonly string[]} keys */
const allHeard = (heard, keys) => until(async () => keys.filter((key) => heard.has(key)).length, keys.length);

/**
 * Orders at the given rate until a terminal hears of each, then their payments until it hears of each result.
 * @param {import('../platform/platform.mjs').Platform} platform @param {number} perSecond
 */
const oursRun = (platform, perSecond) => async () => {
  const { stack, terminals, createOrder, preparePayments, tokenOf, merchant } = platform;
  const token = await tokenOf(terminals[0]?.terminalId ?? '');
  const stream = await listen(`${stack.url}/v1/terminal/events`, token, (event, data) => {
    if (event === 'order' && data.order.status === 'pending') return data.order.id;
    return event === 'transaction' && data.status === 'settled' ? `${data.orderId}:settled` : undefined;
  });
  try {
    /** @type {import('@openswipe/contracts').Order[]} */
    const created = [];
    const asked = await openLoop(terminals.length, perSecond, async (index) => {
      created[index] = await createOrder(merchant.id);
    });
    const orderIds = created.map(({ id }) => id);
    await allHeard(stream.heard, orderIds);
    const order = sampleOf(asked, orderIds, stream.heard);
    const payments = await preparePayments(created);
    const submitted = await openLoop(payments.length, perSecond, (index) => {
      const { body, token: own } = /** @type {import('../platform/platform.mjs').Payment} */ (payments[index]);
      return post(`${stack.url}/v1/transactions`, body, own);
    });
    const results = orderIds.map((id) => `${id}:settled`);
    await allHeard(stream.heard, results);
    return { order, result: sampleOf(submitted, results, stream.heard) };
  } finally {
    stream.close();
  }
};

/**
 * @param {import('../platform/floor.mjs').Floor} floor
 * @param {number} count
 * @param {number} perSecond
 * @param {string} body
 */
const floorRun = (floor, count, perSecond, body) => async () => {
  const stream = await listen(`${floor.url}/events`, '', (event, { id }) => `${id}:${event}`);
  try {
    const ids = Array.from({ length: count }, () => newId('order'));
    const send = (/** @type {string} */ path) => (/** @type {number} */ index) =>
      post(`${floor.url}${path}`, body.replace(/ord_[0-9a-f]{32}/, ids[index] ?? ''), 'x'.repeat(300));
    const asked = await openLoop(count, perSecond, send('/orders'));
    const changed = ids.map((id) => `${id}:changed`);
    await allHeard(stream.heard, changed);
    const order = sampleOf(asked, changed, stream.heard);
    const submitted = await openLoop(count, perSecond, send('/transactions'));
    const concluded = ids.map((id) => `${id}:concluded`);
    await floor.untilSettled(count);
    await allHeard(stream.heard, concluded);
    return { order, result: sampleOf(submitted, concluded, stream.heard) };
  } finally {
    stream.close();
  }
};

/**
 * One run gives both delays: they are taken once and read twice.
 * @param {() => Promise<Record<'order' | 'result', Sample>>} run
 */
const twice = (run) => {
  /** @type {Record<'order' | 'result', Sample>[]} */
  const runs = [];
  let read = 0;
  return {
    order: async () => {
      const both = await run();
      runs.push(both);
      return both.order;
    },
    result: async () => /** @type {Record<'order' | 'result', Sample>} */ (runs[read++]).result,
  };
};

/** @param {import('./figure.mjs').Context} context @param {Parameters<typeof openPlatform>[0]} infra */
const measure = async (context, infra) => {
  const count = context.isQuick ? 40 : context.isFull ? 600 : 300;
  const platform = await openPlatform(infra, count);
  const settle = settler(platform);
  /** @type {import('../platform/floor.mjs').Floor | undefined} */
  let floor;
  try {
    const hot = () => platform.merchant.id;
    await settle(hot);
    const { value: saturation } = await settle(hot);
    const perSecond = Math.max(1, saturation * SHARE_OF_SATURATION);
    const [sample] = await platform.payments(hot);
    const body = sample?.body ?? '';
    floor = await openFloor(infra, await recordBytes(infra.kafkaBrokers, infra.dataDir));
    await floorRunner(floor, count, body)();
    const ours = twice(oursRun(platform, perSecond));
    const peer = twice(floorRun(floor, count, perSecond, body));
    const shared = {
      unit: 'ms p99',
      goal: /** @type {const} */ ({ relation: '<=', limit: 1.5 }),
      blocks: context.blocks,
    };
    const note = `${count} at ${perSecond.toFixed(1)} a second, 30 % of the ${saturation.toFixed(1)} that the platform settles`;
    const order = await compare({ name: 'order → terminal', ...shared, ours: ours.order, peer: peer.order, note });
    const result = await compare({ name: 'submit → result', ...shared, ours: ours.result, peer: peer.result, note });
    await requireInvariants(infra.mongoUrl);
    const limit = /** @type {const} */ ({ relation: '<=', limit: P99_LIMIT_MS });
    return [
      order,
      result,
      single({ name: 'order → terminal', unit: 'ms p99', goal: limit, value: order.ours }),
      single({ name: 'submit → result', unit: 'ms p99', goal: limit, value: result.ours }),
    ];
  } finally {
    await floor?.close();
    await platform.close();
  }
};

/** @type {import('./figure.mjs').Figure} */
export const p4 = {
  id: 'P4',
  title: 'Delay at 30 % of saturation, 99th percentile',
  method:
    'Open loop with intended send times at 30 % of the rate that the platform settled a moment before: orders until a ' +
    'connected terminal hears of each, then their payments until it hears of each result. The peer is the floor of P1 ' +
    'with an event stream at its end, at the same rate.',
  run: (context) => withInfra((infra) => measure(context, infra)),
};
