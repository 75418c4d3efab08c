import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {{ pid: number, born: string }} Started */
/** @typedef {Started & { children: Started[] }} Holder */
/** @typedef {{ adopt(pid: number): void, release(): void }} Lock adopt: a child that must be gone before a takeover */

/** How long the children of a holder that died may take to notice it. */
const ORPHANS_MS = 20_000;
const POLL_MS = 100;

/**
 * The kernel's start time of a process, so that a reused pid is not mistaken for the old holder; '' when unknown, and
 * 'ended' when it only waits to be reaped.
 */
const bornAt = (/** @type {number} */ pid) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '');
  } catch {
    return '';
  }
};

/** @param {Started} started */
const isAlive = ({ pid, born }) => {
  try {
    process.kill(pid, 0);
  } catch (fault) {
    if (/** @type {NodeJS.ErrnoException} */ (fault).code === 'ESRCH') return false;
  }
  const now = bornAt(pid);
  return born === '' ? now !== 'ended' : now === born;
};

/** @param {string} path @returns {Holder} one that never lived when the file is gone */
const holderOf = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { pid: 2 ** 30, born: '', children: [] };
  }
};

/** @param {string} path @returns {Lock | undefined} undefined when the file is there */
const create = (path) => {
  /** @type {Holder} */
  const mine = { pid: process.pid, born: bornAt(process.pid), children: [] };
  const draft = `${path}.${process.pid}`;
  const draw = () => writeFileSync(draft, JSON.stringify(mine));
  draw();
  try {
    linkSync(draft, path); // Unlike an exclusive open, nobody can see it without its content.
  } catch (fault) {
    if (/** @type {NodeJS.ErrnoException} */ (fault).code === 'EEXIST') return undefined;
    throw fault;
  } finally {
    rmSync(draft);
  }
  const adopt = (/** @type {number} */ pid) => {
    mine.children.push({ pid, born: bornAt(pid) });
    draw();
    renameSync(draft, path);
  };
  return { adopt, release: () => rmSync(path, { force: true }) };
};

/**
 * Takes a lock file. A holder that died keeps nothing: its lock is taken over once its children are gone too.
 * @param {string} path
 * @param {{ waitMs?: number, onWait?: (pid: number) => void }} [options] how long to wait for a live holder
 * @returns {Promise<Lock | { heldBy: number }>}
 */
export const takeLock = async (path, { waitMs = 0, onWait } = {}) => {
  mkdirSync(dirname(path), { recursive: true });
  const started = Date.now();
  for (let told = false; ; await sleep(POLL_MS)) {
    const lock = create(path);
    if (lock) return lock;
    const holder = holderOf(path);
    const alive = [holder, ...holder.children].find(isAlive);
    if (!alive) {
      rmSync(path, { force: true });
      continue;
    }
    const patience = alive === holder ? waitMs : Math.max(waitMs, ORPHANS_MS);
    if (Date.now() - started >= patience) return { heldBy: alive.pid };
    if (!told) onWait?.(alive.pid);
    told = true;
  }
};
