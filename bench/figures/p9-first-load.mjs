/// <reference lib="dom" />
import { chromium } from 'playwright-core';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { ROOT } from '../../tools/command.mjs';
import { ensureChromium } from '../../tools/infra/chromium.mjs';
import { withFolder } from '../infra.mjs';
import { serveFolder } from '../load/static-server.mjs';
import { compare, single } from '../pairs.mjs';

const SLOWER = 4;
const TERMINAL = join(ROOT, 'clients', 'terminal-web', 'dist-web');
/** The first thing that a person can use: the field of the e-mail address. */
const USABLE = 'input[type=email], input[autocomplete~=username], input[name=email]';

/** @typedef {import('playwright-core').Browser} Browser */

/**
 * A first visit on a slowed processor: milliseconds from the navigation until the field takes a key, and the scripts
 * that were loaded until then.
 * @param {Browser} browser @param {string} url
 */
const visit = async (browser, url) => {
  const context = await browser.newContext({ serviceWorkers: 'block', locale: 'en' });
  try {
    const page = await context.newPage();
    /** @type {string[]} */
    const scripts = [];
    page.on('response', (response) => {
      const path = new URL(response.url()).pathname;
      if (path.endsWith('.js') || path.endsWith('.mjs')) scripts.push(path);
    });
    const devtools = await context.newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    await page.addInitScript((selector) => {
      const look = () => {
        const field = document.querySelector(selector);
        if (!(field instanceof HTMLInputElement) || field.disabled) return requestAnimationFrame(look);
        // What is usable has been painted and the processor is free for a key press.
        return requestAnimationFrame(() => setTimeout(() => performance.mark('usable'), 0));
      };
      look();
    }, USABLE);
    await page.goto(url, { waitUntil: 'commit' });
    await page.waitForFunction(() => performance.getEntriesByName('usable').length > 0, undefined, { timeout: 60_000 });
    const value = await page.evaluate(() => performance.getEntriesByName('usable')[0]?.startTime ?? NaN);
    return { value, scripts };
  } finally {
    await context.close();
  }
};

/** Compressed size of what a first visit loaded before the page could be used. @param {readonly string[]} scripts */
const compressedBytes = (scripts) =>
  [...new Set(scripts)].reduce((sum, path) => {
    const file = join(TERMINAL, path.replace('/terminal/', ''));
    return sum + gzipSync(readFileSync(file)).length;
  }, 0);

/** @type {import('./figure.mjs').Figure} */
export const p9 = {
  id: 'P9',
  title: 'First load of the terminal',
  method:
    'The gzipped size of the scripts that the page needs before it can show anything; and in Chromium, on a processor ' +
    'slowed four times, a first visit with nothing cached from navigation until the log-in field takes a key, against a ' +
    'page on which Preact renders one field.',
  run: (context) =>
    withFolder(async (folder) => {
      const outDir = join(folder, 'empty');
      await build({
        root: join(ROOT, 'bench', 'pages', 'empty'),
        logLevel: 'error',
        build: { outDir, emptyOutDir: true },
      });
      const browser = await chromium.launch({
        executablePath: await ensureChromium(context.say),
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      });
      const [terminal, empty] = [await serveFolder(TERMINAL, '/terminal/'), await serveFolder(outDir, '/')];
      try {
        const time = await compare({
          ...{ name: 'time to usable, 4× slowed', unit: 'ms', goal: { relation: '<=', limit: 4 } },
          blocks: context.blocks * 2,
          ours: () => visit(browser, terminal.url),
          peer: () => visit(browser, empty.url),
        });
        const kilobytes = compressedBytes((await visit(browser, terminal.url)).scripts) / 1_000;
        const goal = /** @type {const} */ ({ relation: '<=', limit: 60 });
        return [single({ name: 'first-load JS, gzip', unit: 'kB', goal, value: kilobytes }), time];
      } finally {
        terminal.close();
        empty.close();
        await browser.close();
      }
    }),
};
