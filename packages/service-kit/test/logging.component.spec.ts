import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { eventually } from './stack.js';

const KIT = pathToFileURL(new URL('../dist/index.js', import.meta.url).pathname).href;

/** A process that logs `lines` lines of a kilobyte, says `on` on standard error, and one line more when it is told. */
const start = (lines: number, stdout: number | 'pipe') => {
  const program = `
    import { createLogger } from '${KIT}';
    const logger = createLogger('test', 'info');
    for (let at = 0; at < ${lines}; at += 1) {
      logger.info({ at, padding: 'x'.repeat(1_000) }, 'line');
      if (at % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    process.stderr.write('on');
    process.stdin.once('data', () => {
      logger.info('last');
      process.stdin.destroy();
    });`;
  return spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['pipe', stdout, 'pipe'] });
};

type Started = ReturnType<typeof start>;
const closed = (child: Started) => new Promise<number | null>((resolve) => child.once('close', resolve));
const first = (child: Started) =>
  new Promise<string>((resolve) => child.stderr?.once('data', (data: Buffer) => resolve(data.toString())));

describe('logging', () => {
  it('fails nothing while the disk is full', async () => {
    const child = start(3_000, openSync('/dev/full', 'w'));
    expect(await first(child)).toBe('on');
    child.stdin?.write('end');
    expect(await closed(child)).toBe(0);
  }, 30_000);

  it('waits for no reader, drops what is too much, and says so once it is read', async () => {
    const child = start(3_000, 'pipe');
    // Only what the pipe takes, and what Node reads ahead (64 kB, whenever it gets to it), is away until here; the
    // process keeps a megabyte.
    expect(await first(child)).toBe('on');
    let read = '';
    child.stdout?.on('data', (data: Buffer) => (read += data.toString()));
    await eventually('the notice', () => read.includes('were dropped'));
    child.stdin?.write('end');
    expect(await closed(child)).toBe(0);
    const lines = read
      .trim()
      .split('\n')
      .map((line): { msg: string; at?: number; dropped?: number } => JSON.parse(line));
    const kept = lines.filter(({ msg }) => msg === 'line').map(({ at = NaN }) => at);
    const told = lines.filter(({ msg }) => msg === 'log lines were dropped');
    expect(kept).toEqual([...new Set(kept)].sort((left, right) => left - right));
    expect(kept.length).toBeGreaterThan(900);
    expect(kept.length).toBeLessThan(3_000);
    expect(told.reduce((sum, { dropped = NaN }) => sum + dropped, 0)).toBe(3_000 - kept.length);
    expect(lines.at(-1)?.msg).toBe('last');
  }, 30_000);
});
