import { TOPICS } from '@openswipe/contracts';
import { claimPort } from '../../tools/infra/ports.mjs';
import { accessTokens, idOf } from '../access-tokens.mjs';
import { withInfra } from '../infra.mjs';
import { closedLoop } from '../load/closed-loop.mjs';
import { compare } from '../pairs.mjs';
import { startProgram } from '../processes.mjs';
import { submissions } from '../submissions.mjs';

const CONNECTIONS = 32;

/** @type {import('./figure.mjs').Figure} */
export const p3 = {
  id: 'P3',
  title: 'Gateway: requests a second ÷ bare Fastify',
  method:
    'The whole gateway takes POST /v1/transactions on 32 kept connections, each with a token of its own, from one load ' +
    'generator: once with a publisher that does nothing, once with acks=all. The peer is Fastify with one route of the ' +
    'same request and answer, that does nothing or sends a record of the same bytes by the same client.',
  run: (context) =>
    withInfra(async ({ kafkaBrokers }) => {
      const { jwks, issue } = await accessTokens();
      const tokens = await Promise.all(
        Array.from({ length: CONNECTIONS }, (_, i) => issue(idOf('acc', i), idOf('ter', i))),
      );
      const address = async () => `127.0.0.1:${await claimPort('the benchmark', 0)}`;
      const [ours, peer] = [await address(), await address()];
      const env = { KAFKA_BROKERS: kafkaBrokers, JWKS: jwks, TOPIC_PREFIX: 'bench-' };
      const gateway = await startProgram('gateway', { ...env, HTTP_LISTEN: ours, PUBLIC_URL: `http://${ours}` });
      const topic = `bench-${TOPICS.transactionSubmitted.name}`;
      const fastify = await startProgram('bare-fastify', { ...env, HTTP_LISTEN: peer, TOPIC: topic });
      try {
        const bodies = submissions(2_000);
        const seconds = context.isQuick ? 2 : 4;
        const load = (/** @type {string} */ url, /** @type {number} */ pid) => () =>
          closedLoop({ url, bodies, tokens, seconds, pid });
        const side = load(`http://${ours}/v1/transactions`, gateway.pid);
        const shared = { unit: 'req/s', ours: side, blocks: context.blocks };
        await gateway.call('durable', false);
        const route = await compare({
          ...{ name: 'authenticated, validated route', goal: { relation: '>=', limit: 0.75 }, ...shared },
          peer: load(`http://${peer}/route`, fastify.pid),
        });
        await gateway.call('durable', true);
        const durable = await compare({
          ...{ name: 'durable submit (acks=all)', goal: { relation: '>=', limit: 0.85 }, ...shared },
          peer: load(`http://${peer}/produce`, fastify.pid),
        });
        return [route, durable];
      } finally {
        await Promise.all([gateway.stop(), fastify.stop()]);
      }
    }),
};
