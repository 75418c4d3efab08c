import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { TerminalApi } from '@openswipe/terminal-web';
import { randomBytes } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { createMerchant } from '../tools/cluster/paid-order.mjs';
import { launch, TerminalPage } from './terminal-page.js';

/** Set by `npm run cluster:test`: the gateway's node port, and the address of accounts' gRPC. */
const { OPENSWIPE_NODE_PORT_URL: url, OPENSWIPE_ACCOUNTS_ADDRESS: accountsAddress } = process.env;

(url && accountsAddress ? describe : describe.skip)('an installation on a cluster, through its node port', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
  });

  afterAll(() => browser?.close());

  it('takes a payment from the checkout page to the way back to the shop, in a browser', async () => {
    const gateway = { url: url ?? '' };
    const person = {
      email: `node-port-${randomBytes(4).toString('hex')}@openswipe.example`,
      password: 'swipe-it-2026',
    };
    const bankAccount = { bankCode: '102100099996', accountNumber: '6222020200000000009', holder: 'Lin' };
    const registration = { ...person, displayName: 'Lin', locale: 'en' as const, bankAccount };
    await new TerminalApi({ baseUrl: gateway.url }).register(registration);
    const merchant = await createMerchant(accountsAddress ?? '', gateway.url);
    const returnUrl = `${gateway.url}/terminal/`;
    const order = await merchant.createOrder({ amountMinor: '12800', currency: 'CNY', returnUrl });

    const shop = await (await browser.newContext({ locale: 'en' })).newPage();
    await shop.goto(order.checkoutUrl ?? '');
    await shop.fill('input[name=email]', person.email);
    await shop.locator('form:has(input[name=email]) button').click();

    const terminal = await TerminalPage.open(browser, gateway);
    await terminal.logIn(person);
    await terminal.openOrder(order.id);
    await terminal.confirm('keyboard');
    const card = testCard('unionpay-pin');
    await terminal.typeSwipe(testTrack2(card));
    await terminal.enterPin(card.pin ?? '');
    await terminal.sign();
    await terminal.see('paid');
    await shop.waitForURL((at) => at.searchParams.get('status') === 'paid');
    expect((await merchant.getOrder(order.id)).status).toBe('paid');
  }, 120_000);
});
