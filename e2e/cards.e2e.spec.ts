import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { unwrapKeyBlock } from '@openswipe/card/host';
import { testCard, testTrack2, type TestCard } from '@openswipe/card/test-cards';
import { TestReader } from '@openswipe/card/test-reader';
import { Sensitive } from '@openswipe/kernel';
import type { Browser } from 'playwright-core';
import { fakeHid, reportOf } from '../clients/terminal-web/test/page-hid.js';
import { addFingerprintReader } from '../clients/terminal-web/test/scripted-biometrics.js';
import { loadSecrets } from '../tools/stack/secrets.mjs';
import { Platform, type Person } from './platform.js';
import { launch, TerminalPage } from './terminal-page.js';

const MAGNESAFE = 0x0011;

describe('cards beyond the plain stripe, through the whole platform', () => {
  const platform = new Platform();
  let browser: Browser;
  let person: Person;

  beforeAll(async () => {
    browser = await launch();
    person = await platform.register('cards');
  });

  afterAll(() => browser?.close());

  async function atTerminal(prepare: (terminal: TerminalPage) => Promise<unknown> = async () => undefined) {
    const terminal = await TerminalPage.open(browser, platform);
    await prepare(terminal);
    await terminal.logIn(person);
    return terminal;
  }

  /** A simulated chip of one card, inserted. */
  async function insert(terminal: TerminalPage, orderId: string, scenario: string): Promise<void> {
    await terminal.openOrder(orderId);
    await terminal.confirm('simulated');
    await terminal.page.selectOption('[data-testid=sim-scenario]', scenario);
    await terminal.click('sim-swipe');
  }

  it('a chip with PIN: the issuer accepts its cryptogram and the PIN', async () => {
    const { id } = await platform.order(person);
    const terminal = await atTerminal();
    await insert(terminal, id, 'chip-with-pin');
    await terminal.enterPin(testCard('unionpay-chip-pin').pin ?? '');
    await terminal.sign();
    await terminal.see('paid');
    expect((await platform.orderIn(id, 'paid')).payment?.card).toMatchObject({ entryMode: 'contact', last4: '0000' });
    await terminal.context.close();
  }, 60_000);

  it('a chip without PIN, twice: its counter moves on', async () => {
    const terminal = await atTerminal();
    for (let time = 1; time <= 2; time++) {
      const { id } = await platform.order(person);
      await insert(terminal, id, 'chip-no-pin');
      await terminal.sign();
      await terminal.see('paid');
      expect((await platform.orderIn(id, 'paid')).payment?.card.entryMode).toBe('contact');
      await terminal.click('done');
    }
    await terminal.context.close();
  }, 60_000);

  it('a card whose issuer wants a fingerprint: registered on the way, then paid', async () => {
    const { id } = await platform.order(person);
    const terminal = await atTerminal(({ page }) => addFingerprintReader(page));
    const swipe = async () => {
      await terminal.openOrder(id);
      await terminal.confirm('simulated');
      await terminal.page.selectOption('[data-testid=sim-card]', 'unionpay-biometric');
      await terminal.click('sim-swipe');
    };
    await swipe();
    await terminal.seeReason('TERMINAL.BIOMETRIC_UNREGISTERED');
    await terminal.click('to-biometrics');
    await terminal.click('biometrics-register');
    await terminal.see('biometric');
    await terminal.click('nav-orders');
    await swipe();
    await terminal.click('check-biometric');
    await terminal.sign();
    await terminal.see('paid');
    expect((await platform.orderIn(id, 'paid')).payment?.card.last4).toBe('0008');
    await terminal.context.close();
  }, 90_000);

  describe('a card that its reader encrypted', () => {
    let reader: TestReader;

    beforeAll(async () => {
      const { MASTER_KEY = '', KEY_BLOCKS = '' } = (await loadSecrets(platform.running.dataDir))['transactions'] ?? {};
      const masterKey = new Sensitive(new Uint8Array(Buffer.from(MASTER_KEY, 'hex')));
      reader = new TestReader(unwrapKeyBlock(masterKey, JSON.parse(KEY_BLOCKS)['reader-bdk']).key);
    });

    /** One swipe at a MagneSafe reader that the page believes to see. */
    async function swipe(terminal: TerminalPage, card: TestCard, counter?: number): Promise<string> {
      const { id, digest } = await platform.order(person);
      await terminal.openOrder(id);
      await terminal.click('confirm');
      await terminal.see('swipe-step');
      const track2 = testTrack2(card);
      const read = reader.swipe(track2, { sessionId: digest.slice(0, 16), ...(counter !== undefined && { counter }) });
      if (await terminal.page.getByTestId('reader-connect').isVisible()) {
        await terminal.click('reader-usb');
        await terminal.page.evaluate((productId) => usb.plug(productId), MAGNESAFE);
        await terminal.click('reader-connect');
      }
      await terminal.page.locator('[data-testid=reader][data-state=armed]').waitFor();
      await terminal.page.evaluate((bytes) => usb.report(bytes), [...reportOf(read, track2)]);
      await terminal.sign();
      return id;
    }

    it('is paid with, and not once more with a counter that the platform has seen', async () => {
      const terminal = await atTerminal(async ({ page }) => {
        await page.addInitScript(fakeHid);
        await page.reload();
      });
      const id = await swipe(terminal, testCard('mastercard-no-pin'), 5);
      await terminal.see('paid');
      const { payment } = await platform.orderIn(id, 'paid');
      expect(payment?.card).toMatchObject({
        last4: testCard('mastercard-no-pin').pan.slice(-4),
        entryMode: 'magstripe',
      });
      await terminal.click('done');
      await swipe(terminal, testCard('mastercard-no-pin'), 5);
      await terminal.seeNotPaid('TRANSACTIONS.KSN_REPLAYED');
      await terminal.context.close();
    }, 60_000);
  });
});
