import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { StartupProblem } from './startup-problem.mjs';

/**
 * Ports that are picked lie below the kernel's own range (from 32768): there, an outgoing connection of any program
 * could take the port in the seconds before the broker binds it.
 */
const PICKED = { from: 15_000, to: 32_000 };
const PICKS = 50;

/** @param {number} port @returns {Promise<number>} */
const listenOnce = (port) =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
  });

/** Nobody may listen there yet: of some thirty, two would be the same in one run of fifty. @type {Set<number>} */
const given = new Set();

const pickPort = async () => {
  for (let left = PICKS; ; left--) {
    const port = randomInt(PICKED.from, PICKED.to);
    if (given.has(port)) continue;
    try {
      await listenOnce(port);
      given.add(port);
      return port;
    } catch (fault) {
      if (left <= 0) throw fault;
    }
  }
};

/** @param {string} what whom the port is for @param {number} port @returns {StartupProblem} */
export const portTaken = (what, port) =>
  new StartupProblem(
    'PORT_TAKEN',
    `Port ${port} on 127.0.0.1, needed by ${what}, is used by another program; stop that program or choose another port.`,
  );

/**
 * @param {string} what whom the port is for
 * @param {number} port the wanted port; 0 picks a free one
 * @returns {Promise<number>}
 * @throws {StartupProblem} PORT_TAKEN
 */
export const claimPort = async (what, port) => {
  try {
    return port === 0 ? await pickPort() : await listenOnce(port);
  } catch {
    throw portTaken(what, port);
  }
};
