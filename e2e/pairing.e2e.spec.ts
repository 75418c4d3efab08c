import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { loadPcsc } from '../clients/reader-bridge/src/pcsc/pcsc.js';
import { ABridge } from '../clients/reader-bridge/test/a-bridge.js';
import { missingForVirtualSlot, VirtualSlot } from '../clients/reader-bridge/test/virtual-slot.js';
import { buildPages, launchBrowser, TerminalPages } from '../clients/terminal-web/test/pages.js';
import { ScriptedGateway } from '../clients/terminal-web/test/scripted-gateway.js';

/** Where the pages look for it; no other port is allowed to them. */
const BRIDGE_PORT = 41_735;
const missing = missingForVirtualSlot() || (loadPcsc() === undefined ? 'the package smartcard' : '');
const isRequired = process.env['OPENSWIPE_PCSC'] === 'required';
if (missing !== '') {
  console.warn(
    `NOT TESTED: pairing the chip reader's bridge in Chromium. Missing: ${missing}. ` +
      'clients/reader-bridge/README.md says what to install. With OPENSWIPE_PCSC=required this is a failure.',
  );
}

(missing === '' || isRequired ? describe : describe.skip)('the bridge of a chip reader, from the terminal', () => {
  let built: string;
  let browser: Browser;
  let gateway: ScriptedGateway;
  let pages: TerminalPages;

  beforeAll(async () => {
    if (missing !== '') throw new Error(`Missing: ${missing}`);
    built = await buildPages();
    browser = await launchBrowser();
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    if (built) await rm(built, { recursive: true, force: true });
  });

  beforeEach(async () => {
    gateway = new ScriptedGateway(built);
    pages = new TerminalPages(browser, await gateway.listen(), gateway.account);
  });

  afterEach(async () => {
    await pages.context.close();
    await gateway.close();
    expect(pages.complaints).toEqual([]);
  });

  const reason = (code: string) => pages.page.locator(`[data-testid=reason][data-code="${code}"]`).waitFor();

  async function enterPin(): Promise<void> {
    await pages.see('pin-pad');
    for (const key of ['1', '2', '3', '4', '5', '6', 'ok']) await pages.click(`pin-${key}`);
  }

  it('is paired by the code in its window, once for the tab, and pays by the chip in its slot', async () => {
    const slot = new VirtualSlot();
    const here = { PCSCLITE_CSOCK_NAME: slot.socket, OPENSWIPE_BRIDGE_PORT: String(BRIDGE_PORT) };
    const bridge = new ABridge(pages.origin, here);
    try {
      await bridge.port();
      await pages.open();
      await pages.logIn();
      await gateway.push();
      await pages.click('open-order');
      await pages.click('confirm');
      await pages.click('reader-smart-card');
      await pages.click('reader-connect');
      await reason('READER.PAIRING_NEEDED');
      await pages.checkPage('pairing');
      const code = (await bridge.code()).replace(' ', '');
      await pages.page.fill('#pairing-code', code === '00000000' ? '11111111' : '00000000');
      await pages.click('pair');
      await reason('READER.PAIRING_WRONG');
      await pages.page.fill('#pairing-code', (await bridge.code()).replace(' ', ''));
      await pages.click('pair');
      await pages.page.locator('[data-testid=reader][data-state=armed]').waitFor();
      await pages.page.reload();
      await pages.click('confirm');
      await pages.click('reader-connect');
      await pages.page.locator('[data-testid=reader][data-state=armed]').waitFor();
      slot.insert('unionpay-pin');
      await enterPin();
      await pages.signByName();
      await pages.see('paid');
      expect(gateway.opened).toMatchObject([{ card: { entryMode: 'contact', readerKind: 'smart-card' } }]);
    } finally {
      expect(await bridge.close()).toBe(0);
      await slot.close();
    }
  }, 120_000);

  it('lets no page in that its owner did not name', async () => {
    const bridge = new ABridge('http://localhost:9', { OPENSWIPE_BRIDGE_PORT: String(BRIDGE_PORT) });
    try {
      await bridge.port();
      await pages.open();
      await pages.logIn();
      await gateway.push();
      await pages.click('open-order');
      await pages.click('confirm');
      await pages.click('reader-smart-card');
      await pages.click('reader-connect');
      await reason('READER.BRIDGE_MISSING');
    } finally {
      expect(await bridge.close()).toBe(0);
    }
  }, 60_000);
});
