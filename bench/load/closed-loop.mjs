import autocannon from 'autocannon';
import { cpuMsOf } from '../processes.mjs';

/**
 * POSTs as fast as the answers come, on `connections` kept connections.
 * @param {object} options
 * @param {string} options.url
 * @param {readonly string[]} options.bodies sent in turn
 * @param {readonly string[]} options.tokens one for each connection
 * @param {number} options.seconds
 * @param {number} options.pid whose CPU counts
 * @param {number} [options.expected] status of an answer that counts
 * @returns {Promise<import('../pairs.mjs').Sample>}
 */
export const closedLoop = async ({ url, bodies, tokens, seconds, pid, expected = 202 }) => {
  let nextBody = 0;
  let nextToken = 0;
  const before = cpuMsOf([pid]);
  const run = autocannon({
    url,
    method: 'POST',
    connections: tokens.length,
    duration: seconds,
    setupClient: (/** @type {any} */ client) => {
      const authorization = `Bearer ${tokens[nextToken++ % tokens.length]}`;
      const headers = { authorization, 'content-type': 'application/json' };
      const requests = Array.from({ length: 16 }, () => ({ headers, body: bodies[nextBody++ % bodies.length] }));
      client.setRequests(requests.map((request) => ({ method: 'POST', ...request })));
    },
  });
  const { errors, timeouts, latency, duration, statusCodeStats } = /** @type {any} */ (await run);
  const good = statusCodeStats?.[expected]?.count ?? 0;
  const other = Object.entries(statusCodeStats ?? {}).filter(([status]) => Number(status) !== expected);
  if (errors + timeouts > 0 || other.length > 0 || good === 0) {
    throw new Error(`${url}: ${errors} errors, ${timeouts} timeouts, answers ${JSON.stringify(statusCodeStats)}`);
  }
  return { value: good / duration, cpuMs: (cpuMsOf([pid]) - before) / good, more: { 'p99 ms': latency.p99 } };
};
