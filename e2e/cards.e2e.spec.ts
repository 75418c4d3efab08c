import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pan, type Key } from '@openswipe/card';
import { unwrapKeyBlock } from '@openswipe/card/host';
import { testCard, testTrack2, type TestCard } from '@openswipe/card/test-cards';
import { TestPinPad, TestReader } from '@openswipe/card/test-reader';
import { Sensitive } from '@openswipe/kernel';
import { randomBytes } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { answerAsMms, cardPayload, pinContainer } from '../clients/terminal-web/src/reader/hid/fake-mms.js';
import { browserClock } from '../clients/terminal-web/src/reader/reader-clock.js';
import { fakeHid, reportOf } from '../clients/terminal-web/test/page-hid.js';
import { addFingerprintReader } from '../clients/terminal-web/test/scripted-biometrics.js';
import { loadSecrets } from '../tools/stack/secrets.mjs';
import { eventually, Platform, type Person } from './platform.js';
import { launch, TerminalPage } from './terminal-page.js';

const MAGNESAFE = 0x0011;
const DYNAFLEX = 0x2020;
/** Where the report of a MagneSafe reader says that it could not make out track 2. */
const TRACK2_STATUS = 1;

/** A DynaFlex with a touchscreen that the page believes to see; it answers as the manual's tables say. */
async function fakeDynaFlex({ page }: TerminalPage) {
  let report = Promise.resolve();
  const device: Parameters<typeof answerAsMms>[0] = {
    onOutput: undefined,
    // One after the other, as a cable brings them.
    report: (bytes) => {
      report = report.then(() => page.evaluate((given) => usb.report(given), [...bytes]));
    },
  };
  const { notify, commands } = answerAsMms(device, browserClock);
  await page.exposeFunction('usbSent', (reportId: number, bytes: readonly number[]) =>
    device.onOutput?.(reportId, Uint8Array.from(bytes)),
  );
  const asked = (command: string) =>
    eventually(`the command ${command}`, async () => commands.includes(command) || undefined);
  return { notify, asked };
}

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

  it('a PIN that is entered on the reader: the page sees none of it', async () => {
    const { id } = await platform.order(person);
    const terminal = await atTerminal();
    await insert(terminal, id, 'pin-on-reader');
    await terminal.see('reader-pin-step');
    for (const key of [...(testCard('unionpay-pin').pin ?? ''), 'ok']) await terminal.click(`sim-pin-${key}`);
    await terminal.sign();
    await terminal.see('paid');
    expect((await platform.orderIn(id, 'paid')).payment?.card.last4).toBe('0001');
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

    /** As it was injected where the reader was made. */
    const keyOf = async (service: string, id: string): Promise<Key> => {
      const { MASTER_KEY = '', KEY_BLOCKS = '' } = (await loadSecrets(platform.running.dataDir))[service] ?? {};
      const masterKey = new Sensitive(new Uint8Array(Buffer.from(MASTER_KEY, 'hex')));
      return unwrapKeyBlock(masterKey, JSON.parse(KEY_BLOCKS)[id]).key;
    };

    beforeAll(async () => {
      reader = new TestReader(await keyOf('transactions', 'reader-bdk'));
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

    it('comes from a reader that wants proof of the platform first: it wakes for this order', async () => {
      const { id, digest } = await platform.order(person);
      const terminal = await atTerminal(async ({ page }) => {
        await page.addInitScript(fakeHid);
        await page.reload();
      });
      const challenges = [reader.challenge(50), reader.challenge(51)];
      const replies = (count: number) =>
        terminal.page.waitForFunction((wanted) => usb.replies.length === wanted && usb.replies, count);
      await terminal.openOrder(id);
      await terminal.click('confirm');
      await terminal.click('reader-usb');
      await terminal.page.evaluate(
        ([productId, answers]) => {
          usb.challenges = answers;
          usb.plug(productId);
        },
        [MAGNESAFE, challenges.map(({ answer }) => [...answer])] as const,
      );
      await terminal.click('reader-connect');
      await terminal.page.locator('[data-testid=reader][data-state=armed]').waitFor();
      const track2 = testTrack2(testCard('mastercard-no-pin'));
      const read = reader.swipe(track2, { sessionId: digest.slice(0, 16), counter: 52 });
      const report = [...reportOf(read, track2)];
      const unreadable = report.map((byte, at) => (at === TRACK2_STATUS ? 1 : byte));
      await replies(1);
      await terminal.page.evaluate((bytes) => usb.report(bytes), unreadable);
      await terminal.seeReason('READER.TRACK2_UNREADABLE');
      const answered = await (await replies(2)).jsonValue();
      for (const [place, reply] of (answered || []).entries()) {
        expect(challenges[place]?.sessionIdOf(Uint8Array.from(reply))).toBe(digest.slice(0, 16));
      }
      await terminal.page.evaluate((bytes) => usb.report(bytes), report);
      await terminal.sign();
      await terminal.see('paid');
      await terminal.context.close();
    }, 60_000);

    it('is paid with a PIN on the reader’s own pad: the issuer wants it, and no page could take it', async () => {
      const card = testCard('unionpay-pin');
      const initialKeyId = randomBytes(7).toString('hex') + '00';
      const bdk = await keyOf('transactions', 'reader-bdk');
      const flex = new TestReader(bdk, { form: 'magtek-arqc', initialKeyId });
      const pad = new TestPinPad(await keyOf('risk', 'reader-pin-bdk'), 'tdes', initialKeyId);
      const { id } = await platform.order(person);
      const terminal = await atTerminal(async ({ page }) => {
        await page.addInitScript(fakeHid);
        await page.reload();
      });
      const device = await fakeDynaFlex(terminal);
      const present = () => {
        const { ksn, ciphertext } = flex.swipe(testTrack2(card)).protectedTrack;
        device.notify('0101', '08080202', cardPayload({ ksn, ciphertext }));
        device.notify('0105', '08020600');
      };
      await terminal.openOrder(id);
      await terminal.click('confirm');
      await terminal.click('reader-usb');
      await terminal.page.evaluate((productId) => usb.plug(productId), DYNAFLEX);
      await terminal.click('reader-connect');
      await terminal.page.locator('[data-testid=reader][data-state=armed]').waitFor();
      present();
      // Neither page nor terminal can know that this card wants a PIN: its issuer says it.
      await terminal.sign();
      await terminal.seeNotPaid('RISK.PIN_REQUIRED');
      await terminal.click('pay-again');
      await terminal.page.locator('[data-testid=reader][data-state=armed]').waitFor();
      present();
      await terminal.see('reader-pin-step');
      await device.asked('2002');
      const { pinBlock: block, pinKsn: ksn } = pad.enter(card.pin ?? '', Pan.parse(card.pan));
      device.notify('0205', '01020101', pinContainer({ block, ksn }));
      await terminal.sign();
      await terminal.see('paid');
      expect((await platform.orderIn(id, 'paid')).payment?.card.last4).toBe(card.pan.slice(-4));
      await terminal.context.close();
    }, 90_000);
  });
});
