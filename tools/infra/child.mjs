import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { StartupProblem } from './startup-problem.mjs';

/**
 * @typedef {object} Child
 * @property {string} name
 * @property {number} pid
 * @property {string} logFile
 * @property {Promise<string>} exited resolves with a sentence when the process has ended
 * @property {() => Promise<void>} stop clean stop; after 15 s a hard one
 * @property {() => Promise<void>} kill hard stop (SIGKILL), for tests
 */

/** @type {[RegExp, (line: string) => StartupProblem][]} */
const FAULTS = [
  [
    /No space left on device/i,
    () => new StartupProblem('DISK_FULL', 'The disk is full: free some space and start again.'),
  ],
];

/**
 * Starts a process whose standard input stays open as long as this one lives; the process ends when it closes.
 * It is in a process group of its own, so that Ctrl-C reaches only us and we choose the order of the ends.
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.command
 * @param {string[]} options.args
 * @param {string} options.logFile
 * @param {RegExp} options.ready the line that says that it serves
 * @param {[RegExp, (line: string) => StartupProblem][]} [options.faults] lines that name a known problem
 * @param {(problem: StartupProblem) => void} [options.onProblem] called when it fails after having been ready
 * @param {(pid: number) => void} [options.onSpawn]
 * @returns {Promise<Child>}
 * @throws {StartupProblem}
 */
export const startChild = (options) => {
  const { name, command, args, logFile, ready, faults = [], onProblem, onSpawn } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  log.on('error', () => undefined); // A full disk shows in the child's own words; losing its log must not end us too.
  const running = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  if (running.pid) onSpawn?.(running.pid);
  running.stdin.on('error', () => undefined);

  /** @type {StartupProblem | undefined} */
  let problem;
  let wanted = true;
  let serving = false;
  /** @type {Promise<string>} */
  const exited = new Promise((resolve) => {
    running.once('error', (fault) => resolve(`${name} cannot be started: ${fault.message}.`));
    running.once('close', (code, signal) =>
      resolve(`${name} ended with ${signal ?? `code ${code}`}; its log is ${logFile}.`),
    );
  });
  const end = async (/** @type {NodeJS.Signals} */ signal) => {
    wanted = false;
    running.kill(signal);
    const hard = setTimeout(() => running.kill('SIGKILL'), 15_000);
    await exited;
    clearTimeout(hard);
  };
  /** @type {Child} */
  const child = {
    name,
    pid: running.pid ?? 0,
    logFile,
    exited,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };

  return new Promise((resolve, reject) => {
    const read = (/** @type {string} */ line) => {
      log.write(`${line}\n`);
      const fault = [...faults, ...FAULTS].find(([pattern]) => pattern.test(line));
      if (fault) problem ??= fault[1](line);
      if (!serving && ready.test(line)) {
        serving = true;
        resolve(child);
      }
    };
    for (const stream of [running.stdout, running.stderr]) createInterface({ input: stream }).on('line', read);
    void exited.then((sentence) => {
      log.end();
      problem ??= new StartupProblem('PROCESS_FAILED', sentence);
      if (!serving) reject(problem);
      else if (wanted) onProblem?.(problem);
    });
  });
};
