import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, SCRATCH } from './command.mjs';
import { takeLock } from './infra/pid-lock.mjs';
import { StartupProblem } from './infra/startup-problem.mjs';

const LOCKFILE = join(ROOT, 'package-lock.json');
const MARKER = join(ROOT, 'node_modules', '.openswipe-lock');
const LEAST_NODE = [24, 9];

const lockfileHash = () => createHash('sha256').update(readFileSync(LOCKFILE)).digest('hex');

/** Whether `npm install` by hand has already brought what the lockfile names. */
const alreadyInstalled = () => {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const there = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(JSON.parse(readFileSync(LOCKFILE, 'utf8')).packages)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link)
    .every(([path, entry]) => (there[path] ? there[path].version === entry.version : entry.optional === true));
};

const isCurrent = () => existsSync(MARKER) && readFileSync(MARKER, 'utf8') === lockfileHash();

/**
 * Runs `npm ci` when node_modules is missing or was made from another lockfile.
 * @throws {StartupProblem} DOWNLOAD_FAILED
 */
export const ensureDependencies = async () => {
  if (isCurrent()) return;
  const lock = await takeLock(join(SCRATCH, 'dependencies.lock'), {
    waitMs: 900_000,
    onWait: (pid) => console.error(`Process ${pid} is installing the dependencies; waiting for it.`),
  });
  if ('heldBy' in lock) throw new StartupProblem('DOWNLOAD_FAILED', `Process ${lock.heldBy} does not end its npm ci.`);
  try {
    if (isCurrent()) return;
    if (!alreadyInstalled()) {
      console.error('Installing the dependencies with npm ci (about a minute, once).');
      const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
        cwd: ROOT,
        stdio: ['ignore', 2, 2],
      });
      if (npm.error) throw new StartupProblem('DOWNLOAD_FAILED', 'npm is not on the PATH: install Node.js with npm.');
      if (npm.status !== 0) {
        throw new StartupProblem(
          'DOWNLOAD_FAILED',
          'npm ci failed; its reason is above. Check the network, try again.',
        );
      }
    }
    writeFileSync(MARKER, lockfileHash());
  } finally {
    lock.release();
  }
};

/** @param {string} version such as 24.21.0 */
const isNewEnough = (version) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST_NODE;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
};

/**
 * The Node.js to run the tasks with: this one when new enough, else the one that came with the dependencies.
 * @returns {string} path of the executable
 * @throws {StartupProblem} NODE_MISSING
 */
export const pickNode = () => {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const brought = join(ROOT, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  try {
    accessSync(brought, constants.X_OK);
  } catch {
    const sentence = `Node.js ${LEAST_NODE.join('.')} or later is needed and this is ${process.versions.node}`;
    throw new StartupProblem('NODE_MISSING', `${sentence}: install a newer one, or let npm install optional packages.`);
  }
  return brought;
};
