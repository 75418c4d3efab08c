import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLock } from './pid-lock.mjs';

const folder = mkdtempSync(join(tmpdir(), 'openswipe-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newPath = () => join(mkdtempSync(join(folder, 'one-')), 'some.lock');

const endedProcess = async () => {
  const child = spawn(process.execPath, ['--eval', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
};

describe('takeLock', () => {
  it('refuses a second holder and names the first', async () => {
    const path = newPath();
    await takeLock(path);
    await expect(takeLock(path)).resolves.toEqual({ heldBy: process.pid });
  });

  it('gives the lock to the next one when it is released', async () => {
    const path = newPath();
    const first = await takeLock(path);
    if ('release' in first) first.release();
    await expect(takeLock(path)).resolves.toHaveProperty('release');
  });

  it('takes over from a holder that died', async () => {
    const path = newPath();
    writeFileSync(path, JSON.stringify({ pid: await endedProcess(), born: '1', children: [] }));
    await expect(takeLock(path)).resolves.toHaveProperty('release');
  });

  it('does not mistake a reused pid for the old holder', async () => {
    const path = newPath();
    writeFileSync(path, JSON.stringify({ pid: process.pid, born: '1', children: [] }));
    await expect(takeLock(path)).resolves.toHaveProperty('release');
  });

  it('waits until the children of a dead holder are gone', async () => {
    const path = newPath();
    const child = spawn(process.execPath, ['--eval', 'process.stdin.resume()']);
    await once(child, 'spawn');
    writeFileSync(
      path,
      JSON.stringify({ pid: await endedProcess(), born: '1', children: [{ pid: child.pid, born: '' }] }),
    );
    let taken = false;
    const lock = takeLock(path, { onWait: (pid) => (expect(pid).toBe(child.pid), child.stdin.end()) }).then((held) => {
      taken = true;
      return held;
    });
    await once(child, 'exit');
    expect(taken).toBe(false);
    await expect(lock).resolves.toHaveProperty('release');
  });

  it('lets exactly one of many have it', async () => {
    const path = newPath();
    const all = await Promise.all(Array.from({ length: 20 }, () => takeLock(path)));
    expect(all.filter((held) => 'release' in held)).toHaveLength(1);
  });
});
