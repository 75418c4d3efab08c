import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCRATCH } from '../command.mjs';
import { StartupProblem } from '../infra/startup-problem.mjs';

/**
 * @typedef {object} Running what another command needs to know of the stack that `npm start` runs
 * @property {number} pid
 * @property {string} url of the gateway
 * @property {string} shopUrl
 * @property {string} dataDir
 * @property {string} kafkaBrokers
 * @property {string} mongoUrl
 * @property {string} prefix
 * @property {import('./services.mjs').Addresses} addresses
 */

/** Where the stack of `npm start` keeps everything. */
export const STACK_DIR = process.env['OPENSWIPE_DATA'] ?? join(SCRATCH, 'stack');

const file = () => join(STACK_DIR, 'running.json');

/** @param {string} dataDir @param {Running} running */
export const announceIn = (dataDir, running) =>
  writeFileSync(join(dataDir, 'running.json'), JSON.stringify(running, null, 2), { mode: 0o600 });

/** @param {Running} running */
export const announce = (running) => announceIn(STACK_DIR, running);

export const retract = () => rmSync(file(), { force: true });

const isAlive = (/** @type {number} */ pid) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** @returns {Running} @throws {StartupProblem} when no stack runs */
export const findRunning = () => {
  if (existsSync(file())) {
    const running = JSON.parse(readFileSync(file(), 'utf8'));
    if (isAlive(running.pid)) return running;
  }
  throw new StartupProblem(
    'PROCESS_FAILED',
    'The platform is not running: start it with `npm start` in another terminal.',
  );
};
