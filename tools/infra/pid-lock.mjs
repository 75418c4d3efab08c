import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {{ pid: number, born: string, children: { pid: number, born: string }[] }} Holder */

/** The kernel's start time of a process, so that a reused pid is not mistaken for the old holder; '' when unknown. */
const bornAt = (/** @type {number} */ pid) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
};

/** @param {{ pid: number, born: string }} process_ */
const isAlive = ({ pid, born }) => {
  try {
    process.kill(pid, 0);
  } catch (fault) {
    if (/** @type {NodeJS.ErrnoException} */ (fault).code === 'ESRCH') return false;
  }
  return born === '' || bornAt(pid) === born;
};

/** @param {string} path @returns {Holder | undefined} */
const holderOf = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

/**
 * Takes a lock file. A holder that died keeps nothing: its lock is taken over once its children are gone too.
 * @param {string} path
 * @param {{ waitMs?: number, onWait?: (pid: number) => void }} [options] how long to wait for a live holder
 * @returns {Promise<{ adopt(pid: number): void, release(): void } | { heldBy: number }>}
 */
export const takeLock = async (path, { waitMs = 0, onWait } = {}) => {
  mkdirSync(dirname(path), { recursive: true });
  /** @type {Holder} */
  const mine = { pid: process.pid, born: bornAt(process.pid), children: [] };
  const started = Date.now();
  let told = false;
  for (;;) {
    try {
      writeFileSync(path, JSON.stringify(mine), { flag: 'wx' });
      return {
        adopt: (pid) => {
          mine.children.push({ pid, born: bornAt(pid) });
          writeFileSync(path, JSON.stringify(mine));
        },
        release: () => rmSync(path, { force: true }),
      };
    } catch (fault) {
      if (/** @type {NodeJS.ErrnoException} */ (fault).code !== 'EEXIST') throw fault;
    }
    const holder = holderOf(path);
    const alive = holder && [holder, ...holder.children].find(isAlive);
    const orphansOnly = alive && alive !== holder;
    if (!alive && (holder || Date.now() - started > 1000)) {
      rmSync(path, { force: true });
      continue;
    }
    if (alive && Date.now() - started > (orphansOnly ? Math.max(waitMs, 20_000) : waitMs)) return { heldBy: alive.pid };
    if (alive && !told) onWait?.(alive.pid);
    told ||= Boolean(alive);
    await sleep(100);
  }
};
