import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LedgerClient } from '@openswipe/contracts';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { RemoteService } from '@openswipe/service-kit';
import { synthesizeSwipe, wavOf } from '@openswipe/terminal-web/reader';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Platform, eventually, type Person } from './platform.js';
import { TerminalPage, launch } from './terminal-page.js';

const SAMPLE_RATE = 48_000;

describe('collect: an account holder hands over the own terminal, and somebody else swipes', () => {
  const platform = new Platform();
  let person: Person;
  let folder: string;

  beforeAll(async () => {
    person = await platform.register('collects');
    folder = mkdtempSync(join(tmpdir(), 'swipes-'));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** A browser whose microphone hears this card again and again, with two quiet seconds between the swipes. */
  function browserHearing(name: string) {
    const swipe = { track2: testTrack2(testCard(name)), sampleRate: SAMPLE_RATE, noise: 0.01, drift: 1.3 };
    const file = join(folder, `${name}.wav`);
    writeFileSync(file, wavOf(synthesizeSwipe({ ...swipe, leadMs: 1_000, tailMs: 1_000 }), SAMPLE_RATE));
    return launch(file);
  }

  async function makeCollectOrder(terminal: TerminalPage, amount: string): Promise<string> {
    await terminal.page.goto(`${platform.url}/terminal/collect`);
    await terminal.page.fill('#collect-amount', amount);
    await terminal.page.fill('#collect-description', 'Lunch for two');
    await terminal.page.locator('[data-testid=collect-form] button[type=submit]').click();
    await terminal.see('review-step');
    return /ord_[0-9a-f]{32}/.exec(terminal.page.url())?.[0] ?? '';
  }

  it("by an audio-jack reader, and the money is the collector's, on its way to the bank", async () => {
    const browser = await browserHearing('unionpay-no-pin');
    try {
      const terminal = await TerminalPage.open(browser, platform);
      await terminal.logIn(person);
      const orderId = await makeCollectOrder(terminal, '88.50');
      await terminal.confirm('audio-jack');
      await terminal.sign();
      await terminal.see('paid');
      const { accountId } = await platform.terminal(person);
      const ledger = new RemoteService(LedgerClient, platform.running.addresses.grpc['ledger'] ?? '');
      const { entries } = await ledger.call.listEntries({ orderId });
      expect(entries).toHaveLength(1);
      expect(entries[0]?.postings[0]).toMatchObject({
        credit: `liability:payee:${accountId}`,
        amount: { amountMinor: 8_850n, currency: 'CNY' },
      });
      const payout = await eventually('the payout to the designated bank account', async () => {
        const { payouts } = await ledger.call.listPayouts({ payeeId: accountId });
        return payouts.find(({ amount }) => amount?.amountMinor === 8_850n);
      });
      expect(payout.bankAccountLast4).toBe('0009');
      ledger.close();
    } finally {
      await browser.close();
    }
  }, 120_000);

  it('is declined by the issuer, nothing is booked, and the order can be canceled', async () => {
    const browser = await browserHearing('do-not-honour');
    try {
      const terminal = await TerminalPage.open(browser, platform);
      await terminal.logIn(person);
      const orderId = await makeCollectOrder(terminal, '12');
      await terminal.confirm('audio-jack');
      await terminal.sign();
      await terminal.seeNotPaid('RISK.DECLINED_BY_ISSUER');
      const ledger = new RemoteService(LedgerClient, platform.running.addresses.grpc['ledger'] ?? '');
      expect((await ledger.call.listEntries({ orderId })).entries).toEqual([]);
      ledger.close();
      const { api } = await platform.terminal(person);
      // The claim is the page's own: whoever owns the order may still end it.
      expect((await api.cancel(orderId)).status).toBe('canceled');
    } finally {
      await browser.close();
    }
  }, 120_000);
});
