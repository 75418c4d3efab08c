import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The kernel's clock ticks per second (USER_HZ), fixed at 100 on Linux. */
const TICK_MS = 10;

/** CPU time, user and system, that the processes have used so far, milliseconds. @param {readonly number[]} pids */
export const cpuMsOf = (pids) =>
  pids.reduce((sum, pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }, 0);

/** Resident memory, bytes. @param {number} pid */
export const residentBytesOf = (pid) =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) * 1_024;

export const loadAverage = () => Number(readFileSync('/proc/loadavg', 'utf8').split(' ')[0]);

/**
 * @typedef {object} Program one side of a comparison, in a process of its own
 * @property {number} pid
 * @property {(method: string, argument?: unknown) => Promise<any>} call
 * @property {() => Promise<void>} stop
 */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts `sides/<file>.mjs`, which answers the methods that it gives to `serve`.
 * @param {string} file @param {Record<string, string>} [env] @param {string[]} [flags] of Node
 * @returns {Promise<Program>}
 */
export const startProgram = async (file, env = {}, flags = []) => {
  const child = fork(join(import.meta.dirname, 'sides', `${file}.mjs`), {
    env: { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1', NODE_ENV: 'production', ...env },
    execArgv: ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning', ...flags],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  running.add(child);
  /** @type {Map<number, PromiseWithResolvers<any>>} */
  const waiting = new Map();
  const exited = new Promise((resolve) => child.once('exit', resolve)).then(() => {
    running.delete(child);
    for (const { reject } of waiting.values()) reject(new Error(`${file} has ended`));
  });
  const ready = Promise.withResolvers();
  waiting.set(0, ready);
  child.on('message', (/** @type {{ id: number, value?: unknown, error?: string }} */ { id, value, error }) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error !== undefined) call?.reject(new Error(`${file}: ${error}`));
    else call?.resolve(value);
  });
  let last = 0;
  const call = (/** @type {string} */ method, /** @type {unknown} */ argument = {}) => {
    const answer = Promise.withResolvers();
    waiting.set(++last, answer);
    child.send({ id: last, method, argument });
    return answer.promise;
  };
  const stop = async () => {
    const hard = setTimeout(() => child.kill('SIGKILL'), 15_000);
    child.kill('SIGTERM');
    await exited;
    clearTimeout(hard);
  };
  await ready.promise;
  return { pid: /** @type {number} */ (child.pid), call, stop };
};
