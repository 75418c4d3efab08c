import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type SwipePhysics, synthesizeSwipe } from '../src/reader/audio/f2f-synthesizer.js';
import { wavOf } from '../src/reader/audio/wav.js';
import type { ReaderPage } from './audio-jack-page/page.js';

declare const readerPage: ReaderPage;

const TRACK2 = testTrack2(testCard('unionpay-pin'));
const MASKED = '6225 88•• •••• 0001';
const DEADLINE_MS = 20_000;
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

let folder: string;
let server: Server;
let browser: Browser | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audio-jack-'));
  const vite = fileURLToPath(new URL('../../../node_modules/vite/bin/vite.js', import.meta.url));
  const root = fileURLToPath(new URL('./audio-jack-page/', import.meta.url));
  const out = ['--outDir', join(folder, 'web'), '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, [vite, 'build', ...out], { cwd: root });
  server = createServer((request, response) => {
    const path = request.url === '/' ? '/index.html' : (request.url ?? '');
    readFile(join(folder, 'web', path)).then(
      (body) => response.setHeader('content-type', TYPES[extname(path)] ?? 'text/plain').end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}, 120_000);

afterEach(async () => {
  await browser?.close();
  browser = undefined;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

/** A page whose microphone hears these swipes, two seconds apart, over and over. */
async function pageHearing(sampleRate: number, swipes: readonly Partial<SwipePhysics>[]): Promise<Page> {
  const parts = swipes.map((swipe) =>
    synthesizeSwipe({ track2: TRACK2, leadMs: 1_000, tailMs: 1_000, sampleRate, noise: 0.02, ...swipe }),
  );
  const file = join(folder, 'line.wav');
  await writeFile(file, wavOf(Float32Array.from(parts.flatMap((part) => [...part])), sampleRate));
  return open([
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${file}`,
  ]);
}

async function open(flags: readonly string[]): Promise<Page> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  browser = await chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => 'readerPage' in globalThis);
  return page;
}

const connect = (page: Page): Promise<string> => page.evaluate(() => readerPage.connect());
const reportsOf = (page: Page): Promise<string[]> => page.evaluate(() => readerPage.reports);
const reported = (page: Page, report: string) =>
  page.waitForFunction((wanted) => readerPage.reports.includes(wanted), report, { timeout: DEADLINE_MS });

describe('the audio jack reader in Chromium, from the microphone on', () => {
  it.each([
    ['44.1 kHz', 44_100, { speed: 20, drift: 1.3 }],
    ['48 kHz, reversed, noise 20 %', 48_000, { speed: 12, reversed: true, noise: 0.2 }],
    ['48 kHz, fast', 48_000, { speed: 45 }],
  ] as const)(
    'reads a swipe of %s',
    async (_, sampleRate, swipe) => {
      const page = await pageHearing(sampleRate, [swipe]);
      expect(await connect(page)).toBe('ready');
      await page.evaluate(() => readerPage.arm());
      await reported(page, MASKED);
      const reports = await reportsOf(page);
      expect(reports.slice(0, 4)).toEqual(['connecting', 'ready', 'armed', 'reading']);
      expect(reports.slice(-2)).toEqual(['ready', MASKED]);
    },
    60_000,
  );

  it('tells a wrong LRC, stays armed and reads the next swipe', async () => {
    const page = await pageHearing(48_000, [{ flipLrc: true }, { flipLrc: true }, {}]);
    await connect(page);
    await page.evaluate(() => readerPage.arm());
    await reported(page, MASKED);
    expect(await reportsOf(page)).toContain('READER.LRC_BAD');
  }, 60_000);

  it('hears nothing before an order is confirmed', async () => {
    const page = await pageHearing(48_000, [{}]);
    await connect(page);
    await page.evaluate(() => readerPage.listenAside());
    await page.waitForFunction(() => readerPage.swipesHeard >= 2, undefined, { timeout: DEADLINE_MS });
    expect(await reportsOf(page)).toEqual(['connecting', 'ready']);
    await page.evaluate(() => readerPage.arm());
    await reported(page, MASKED);
  }, 60_000);

  it('says so when the page may not use the microphone', async () => {
    const page = await open(['--use-fake-device-for-media-stream', '--deny-permission-prompts']);
    expect(await connect(page)).toBe('READER.MICROPHONE_DENIED');
    expect(await reportsOf(page)).toEqual(['connecting', 'disconnected', 'READER.MICROPHONE_DENIED']);
  }, 60_000);
});
