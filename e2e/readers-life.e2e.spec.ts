import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AccountsClient } from '@openswipe/contracts';
import { RemoteService } from '@openswipe/service-kit';
import { randomBytes } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { eventually, Platform } from './platform.js';
import { launch, TerminalPage } from './terminal-page.js';

interface TextMessage {
  readonly to: string;
  readonly text: string;
}

describe('a person from the registration to the second reader', () => {
  const platform = new Platform();
  const { addresses } = platform.running;
  const accounts = new RemoteService(AccountsClient, addresses.grpc['accounts'] ?? '');
  const run = randomBytes(4).toString('hex');
  const mobile = `+86138${String(randomBytes(4).readUInt32BE() % 100_000_000).padStart(8, '0')}`;
  let browser: Browser;
  let terminal: TerminalPage;

  beforeAll(async () => {
    browser = await launch();
    terminal = await TerminalPage.open(browser, platform);
  });

  afterAll(async () => {
    accounts.close();
    await browser?.close();
  });

  const submit = () => terminal.page.click('form button[type=submit]');
  const readerIn = (status: string) =>
    terminal.page.locator(`[data-testid=reader-card][data-status=${status}]`).first().waitFor();

  it('registers with number, bank account, address and the wish for a reader, and binds the number by its code', async () => {
    const { page } = terminal;
    await terminal.click('to-register');
    await page.check('[data-testid=receives]');
    await page.check('[data-testid=wants-reader]');
    const fields = {
      email: `life-${run}@openswipe.example`,
      password: 'swipe-the-card-2026',
      displayName: 'Lin Mei',
      mobile,
      'bankAccount-accountNumber': '6214830012345678',
      'bankAccount-holder': 'Lin Mei',
      'postalAddress-recipient': 'Lin Mei',
      'postalAddress-addressLines-0': '12 Tea Lane',
      'postalAddress-city': 'Hangzhou',
      'postalAddress-postalCode': '310000',
    };
    for (const [name, value] of Object.entries(fields)) await page.fill(`#${name}`, value);
    await page.selectOption('#bank', 'CMBCCNBS');
    await page.selectOption('#postalAddress-country', 'CN');
    await submit();
    await page.locator('#code').waitFor();
    const code = await eventually('the code', async () => {
      const answer = await fetch(`http://${addresses.mail}/messages.json`);
      const { texts } = (await answer.json()) as { texts: readonly TextMessage[] };
      return /\b\d{6}\b/.exec(texts.find(({ to }) => to === mobile)?.text ?? '')?.[0];
    });
    await page.fill('#code', code);
    await submit();
    await terminal.see('mobile-bound');
  }, 90_000);

  it('follows the reader, binds it, loses it and has it replaced', async () => {
    const { page } = terminal;
    await terminal.click('nav-account');
    await page.locator('a[href$="/terminal/readers"]').first().click();
    await readerIn('applied');
    const { readers } = await accounts.call.listReaderApplications({ pageSize: 100, afterId: '' });
    const own = readers.find(
      ({ postalAddress }) => postalAddress?.recipient === 'Lin Mei' && postalAddress.city === 'Hangzhou',
    );
    const shipment = { serialNumber: `MSR${run}`, carrier: 'SF Express', trackingNumber: `SF${run}`, initialKeyId: '' };
    await accounts.call.shipReader({ readerId: own?.id ?? '', ...shipment });
    await terminal.click('readers-refresh');
    await readerIn('shipped');
    expect(await page.getByTestId('reader-card').first().textContent()).toContain(`SF${run}`);
    await page.fill('#serialNumber', `msr-${run}`);
    await submit();
    await readerIn('bound');
    await terminal.click('reader-lost');
    await terminal.click('lost-yes');
    await readerIn('lost');
    await terminal.click('reader-replace');
    await submit();
    await readerIn('applied');
  }, 90_000);
});
