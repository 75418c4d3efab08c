import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Pan } from '@openswipe/card';
import { isForFee, parseField55 } from '@openswipe/card/emv';
import { verifyCryptogram } from '@openswipe/card/emv/issuer';
import { TEST_ISSUER_KEY } from '@openswipe/card/emv/test-chip';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { type Browser, chromium, type Page } from 'playwright-core';
import { loadPcsc } from '../clients/reader-bridge/src/pcsc/pcsc.js';
import { ABridge } from '../clients/reader-bridge/test/a-bridge.js';
import { missingForVirtualSlot, VirtualSlot } from '../clients/reader-bridge/test/virtual-slot.js';
import type { ChipPage } from './chip-card-page/page.js';

declare const chipPage: ChipPage;

const ROOT = join(import.meta.dirname, '..');
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };
const MASKED = '6225 88•• •••• 0001';
const CARD = testCard('unionpay-pin');

const missing = missingForVirtualSlot() || (loadPcsc() === undefined ? 'the package smartcard' : '');
const isRequired = process.env['OPENSWIPE_PCSC'] === 'required';
if (missing !== '') {
  console.warn(
    `NOT TESTED: a chip card from the virtual reader to the page. Missing: ${missing}. ` +
      'clients/reader-bridge/README.md says what to install. With OPENSWIPE_PCSC=required this is a failure.',
  );
}

(missing === '' || isRequired ? describe : describe.skip)(
  'a chip card: virtual reader, pcscd, bridge, Chromium',
  () => {
    let folder: string;
    let server: Server;
    let slot: VirtualSlot;
    let bridge: ABridge;
    let browser: Browser;
    let page: Page;
    let url: string;

    beforeAll(async () => {
      if (missing !== '') throw new Error(`Missing: ${missing}`);
      const run = promisify(execFile);
      folder = await mkdtemp(join(tmpdir(), 'chip-card-'));
      const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
      const cwd = join(import.meta.dirname, 'chip-card-page');
      await run(process.execPath, [vite, 'build', '--outDir', folder, '--logLevel', 'error'], { cwd });
      const tsc = join(ROOT, 'node_modules/.bin/tsc');
      await run(tsc, ['-b', join(ROOT, 'clients/reader-bridge'), join(ROOT, 'packages/card')]);
      server = createServer((request, response) => {
        const path = request.url === '/' ? '/index.html' : (request.url ?? '');
        readFile(join(folder, path)).then(
          (body) => response.setHeader('content-type', TYPES[extname(path)] ?? 'text/plain').end(body),
          () => response.writeHead(404).end(),
        );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      slot = new VirtualSlot();
      bridge = new ABridge(url, { PCSCLITE_CSOCK_NAME: slot.socket });
      const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
      browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    }, 120_000);

    beforeEach(async () => {
      slot.remove();
      await isOut();
      await page?.close();
      page = await open(url);
    });

    afterAll(async () => {
      await browser?.close();
      expect(await bridge?.close()).toBe(0);
      await slot?.close();
      await new Promise((resolve) => server?.close(resolve));
      if (folder !== undefined) await rm(folder, { recursive: true });
    });

    async function open(address: string): Promise<Page> {
      const opened = await browser.newPage();
      await opened.goto(address);
      await opened.waitForFunction(() => 'chipPage' in globalThis);
      await opened.evaluate((port) => chipPage.use(`ws://127.0.0.1:${port}`), await bridge.port());
      return opened;
    }

    const isOut = () => bridge.says(/Card: none(?![^]*Card: in)/);
    const connect = (code?: string): Promise<string> => page.evaluate((with_) => chipPage.connect(with_), code);
    const reported = (report: string) =>
      page.waitForFunction((wanted) => chipPage.reports.includes(wanted), report, { timeout: 20_000 });

    it.each([{ byteProtocol: true }, { byteProtocol: false, format: 1 }])(
      'reads the card for the amount of the order, and its issuer accepts the cryptogram (%j)',
      async (options) => {
        expect(await connect()).toBe('READER.PAIRING_NEEDED');
        expect(await connect(await bridge.code())).toBe('ready');
        await page.evaluate(() => chipPage.arm('12850'));
        slot.insert(CARD.name, options);
        await reported(MASKED);
        const [field55] = await page.evaluate(() => chipPage.field55);
        expect(await page.evaluate(() => chipPage.tracks)).toEqual([testTrack2(CARD)]);
        expect(verifyCryptogram(TEST_ISSUER_KEY, Pan.parse(CARD.pan), field55!)).toBe(true);
        expect(isForFee(parseField55(field55!), { amountMinor: '12850', currency: 'CNY' })).toBe(true);
      },
    );

    it('reads nothing before an order was confirmed', async () => {
      expect(await connect(await bridge.code())).toBe('ready');
      slot.insert(CARD.name);
      await bridge.says(/Card: in(?![^]*Card: none)/);
      expect(await page.evaluate(() => chipPage.tracks)).toEqual([]);
      await page.evaluate(() => chipPage.arm('990'));
      await reported(MASKED);
    });

    it('tells a card that is taken out early, and reads it the next time', async () => {
      expect(await connect(await bridge.code())).toBe('ready');
      await page.evaluate(() => chipPage.arm('12850'));
      slot.insert(CARD.name, { removeAt: 5 });
      await reported('READER.CARD_REMOVED');
      // pcscd looks at this reader a few times a second; a hand is slower than that.
      await isOut();
      slot.insert(CARD.name);
      await reported(MASKED);
    });

    it('does not let a page of another origin in, with the code or without', async () => {
      await page.close();
      page = await open(url.replace('127.0.0.1', 'localhost'));
      expect(await connect(await bridge.code())).toBe('READER.BRIDGE_MISSING');
    });
  },
);
