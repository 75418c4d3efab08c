import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './child.mjs';
import { javaFlags } from './java.mjs';
import { claimPort, portTaken } from './ports.mjs';
import { StartupProblem } from './startup-problem.mjs';

/** @typedef {import('./child.mjs').Child & { url: string }} DatabaseProcess */
/**
 * @typedef {{ dataDir: string, port?: number, onProblem?: (problem: StartupProblem) => void,
 *   onSpawn?: (pid: number) => void }} DatabaseOptions port 0 (the default) picks a free one
 */

/** Whether a real mongod is there to be used instead of the embedded database. */
export const hasMongod = () => spawnSync('mongod', ['--version'], { env: process.env }).status === 0;

/** mongod does not watch its parent, so a shell holds it and stops it when standard input closes. */
const HELD =
  'mongod "$@" & child=$!; trap "kill $child; wait $child; exit" TERM; (cat; kill $child 2>/dev/null) <&3 & wait $child';

/** @param {string} file @param {number} port */
const embedded = (file, port) => {
  const args = [...javaFlags('128m', '512m'), 'openswipe.Database', file, String(port)];
  return { command: 'java', args, ready: /^ready on port/ };
};

/** @param {string} folder @param {number} port */
const real = (folder, port) => {
  const args = ['--dbpath', folder, '--bind_ip', '127.0.0.1', '--port', String(port)];
  const shell = ['-c', `exec 3<&0; ${HELD}`, 'mongod'];
  return { command: 'sh', args: [...shell, ...args], ready: /Waiting for connections/ };
};

/**
 * The database: mongod where it is on the PATH, else the embedded one (docs/EMBEDDED-DATABASE.md). Loopback only.
 * @param {DatabaseOptions} options
 * @returns {Promise<DatabaseProcess>}
 * @throws {StartupProblem} PORT_TAKEN, ALREADY_RUNNING, DISK_FULL, PROCESS_FAILED
 */
export const startDatabase = async ({ dataDir, port = 0, onProblem, onSpawn }) => {
  const mongod = hasMongod();
  const home = join(dataDir, mongod ? 'mongod' : 'database');
  mkdirSync(home, { recursive: true });
  const bound = await claimPort('the database', port);
  const child = await startChild({
    name: 'The database',
    ...(mongod ? real(home, bound) : embedded(join(home, 'openswipe.mv.db'), bound)),
    logFile: join(dataDir, 'database.log'),
    faults: [
      [/Address already in use|SocketException|BindException/, () => portTaken('the database', bound)],
      [
        /The file is locked|DBPathInUse|file is already open/,
        () => new StartupProblem('ALREADY_RUNNING', `Another database uses ${home}.`),
      ],
    ],
    ...(onProblem && { onProblem }),
    ...(onSpawn && { onSpawn }),
  });
  return { ...child, url: `mongodb://127.0.0.1:${bound}` };
};
