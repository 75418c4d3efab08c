import { setTimeout as delay } from 'node:timers/promises';
import { claimPort } from '../../tools/infra/ports.mjs';
import { accessTokens, idOf } from '../access-tokens.mjs';
import { withInfra } from '../infra.mjs';
import { compare, single } from '../pairs.mjs';
import { startProgram } from '../processes.mjs';

/** What a process needs to return what it does not use any more. */
const SETTLE_MS = 700;
const WARM_UP = 200;
const FLAGS = ['--expose-gc'];

/**
 * Bytes of resident memory for each further idle stream, on a fresh server.
 * @param {string} file @param {Record<string, string>} env @param {string} path @param {readonly string[]} tokens
 */
const bytesEach = async (file, env, path, tokens) => {
  const port = await claimPort('the benchmark', 0);
  const listen = `127.0.0.1:${port}`;
  const server = await startProgram(file, { ...env, HTTP_LISTEN: listen, PUBLIC_URL: `http://${listen}` }, FLAGS);
  const clients = await startProgram('stream-clients');
  const resident = async () => {
    await delay(SETTLE_MS);
    await server.call('resident');
    await delay(SETTLE_MS);
    return server.call('resident');
  };
  try {
    await clients.call('open', { port, path, tokens: tokens.slice(0, WARM_UP) });
    const before = await resident();
    const counted = tokens.slice(WARM_UP);
    await clients.call('open', { port, path, tokens: counted });
    const grown = (await resident()) - before;
    return { value: grown / counted.length, more: { 'MiB grown': grown / 1_048_576 } };
  } finally {
    await Promise.all([clients.stop(), server.stop()]);
  }
};

/** @type {import('./figure.mjs').Figure} */
export const p7 = {
  id: 'P7',
  title: 'Memory of an idle connected terminal',
  method:
    'A fresh gateway takes event streams of that many terminals, each of an account of its own; growth of resident memory ' +
    'between the first 200 and the last, after a collection, for each stream. The peer is node:http holding as many ' +
    'open text/event-stream answers.',
  run: (context) =>
    withInfra(async ({ kafkaBrokers }) => {
      const count = context.isQuick ? 2_000 : 10_000;
      const { jwks, issue } = await accessTokens();
      /** @type {string[]} */
      const tokens = [];
      for (let i = 0; i < count + WARM_UP; i++) tokens.push(await issue(idOf('acc', i), idOf('ter', i)));
      const env = { KAFKA_BROKERS: kafkaBrokers, JWKS: jwks, TOPIC_PREFIX: 'bench-' };
      const each = await compare({
        ...{ name: `per stream, ${count} streams`, unit: 'bytes', goal: { relation: '<=', limit: 2 } },
        // Memory does not drift with the load of the machine: one block less is enough.
        blocks: Math.max(1, context.blocks - 1),
        ours: () => bytesEach('gateway', env, '/v1/terminal/events', tokens),
        peer: () => bytesEach('bare-streams', {}, '/', tokens),
      });
      const grown = each.more?.['ours MiB grown'] ?? NaN;
      const goal = count === 10_000 ? /** @type {const} */ ({ relation: '<=', limit: 250 }) : null;
      return [each, single({ name: `${count} streams`, unit: 'MiB', goal, value: grown })];
    }),
};
