import { createServer } from 'node:net';
import { StartupProblem } from './startup-problem.mjs';

/** @param {number} port 0 lets the kernel pick @returns {Promise<number>} */
const listenOnce = (port) =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(address.port));
    });
  });

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
    return await listenOnce(port);
  } catch {
    throw portTaken(what, port);
  }
};
