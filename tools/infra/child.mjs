import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { StartupProblem } from './startup-problem.mjs';

const STOP_MS = 15_000;

/** @typedef {[RegExp, () => StartupProblem]} Fault a line of the log, and what it means to a person */

/**
 * @typedef {object} Child
 * @property {string} name
 * @property {number} pid
 * @property {string} logFile
 * @property {Promise<string>} exited resolves with a sentence when the process has ended
 * @property {() => Promise<void>} stop clean stop; after 15 s a hard one
 * @property {() => Promise<void>} kill hard stop (SIGKILL), for tests
 */

/**
 * @typedef {object} ChildOptions
 * @property {string} name
 * @property {string} command
 * @property {string[]} args
 * @property {string} logFile
 * @property {RegExp} ready the line that says that it serves
 * @property {Fault[]} faults
 * @property {NodeJS.ProcessEnv} [env] default: that of this process
 * @property {(problem: StartupProblem) => void} [onProblem] called when it fails after having been ready
 * @property {(pid: number) => void} [onSpawn]
 */

/** @type {Fault} */
const FULL_DISK = [
  /No space left on device/i,
  () => new StartupProblem('DISK_FULL', 'The disk is full: free some space and start again.'),
];

/** @param {string} logFile */
const openLog = (logFile) => {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { flags: 'a' });
  log.on('error', () => undefined); // A full disk shows in the child's own words; losing its log must not end us too.
  return log;
};

/**
 * Its standard input stays open as long as this process lives, and it ends when that closes. It is in a process group
 * of its own, so that Ctrl-C reaches only us and we choose the order of the ends.
 * @param {ChildOptions} options
 */
const launch = ({ name, command, args, logFile, env = process.env }) => {
  const running = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env });
  running.stdin.on('error', () => undefined);
  /** @type {Promise<string>} */
  const exited = new Promise((resolve) => {
    running.once('error', (fault) => resolve(`${name} cannot be started: ${fault.message}.`));
    running.once('close', (code, signal) =>
      resolve(`${name} ended with ${signal ?? `code ${code}`}; its log is ${logFile}.`),
    );
  });
  return { running, exited };
};

/**
 * Starts a process and waits until it serves.
 * @param {ChildOptions} options
 * @returns {Promise<Child>}
 * @throws {StartupProblem}
 */
export const startChild = (options) => {
  const { name, logFile, ready, onProblem } = options;
  const log = openLog(logFile);
  const { running, exited: closed } = launch(options);
  const exited = closed.then((sentence) => new Promise((resolve) => log.end(() => resolve(sentence))));
  const pid = running.pid ?? 0;
  if (pid) options.onSpawn?.(pid);
  let ending = false;
  const end = async (/** @type {NodeJS.Signals} */ signal) => {
    ending = true;
    running.kill(signal);
    const hard = setTimeout(() => running.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(hard);
  };
  const child = { name, pid, logFile, exited, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
  return new Promise((resolve, reject) => {
    /** @type {StartupProblem | undefined} */
    let problem;
    let serving = false;
    const read = (/** @type {string} */ line) => {
      log.write(`${line}\n`);
      const faults = serving ? [FULL_DISK] : [...options.faults, FULL_DISK];
      problem ??= faults.find(([pattern]) => pattern.test(line))?.[1]();
      if (serving || !ready.test(line)) return;
      serving = true;
      resolve(child);
    };
    for (const stream of [running.stdout, running.stderr]) createInterface({ input: stream }).on('line', read);
    void exited.then((sentence) => {
      problem ??= new StartupProblem('PROCESS_FAILED', sentence);
      if (!serving) reject(problem);
      else if (!ending) onProblem?.(problem);
    });
  });
};
