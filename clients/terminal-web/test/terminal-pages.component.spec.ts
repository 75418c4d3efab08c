import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { TEST_CARDS, testCard, testTrack2 } from '@openswipe/card/test-cards';
import { TestReader } from '@openswipe/card/test-reader';
import { sureSwipe } from '../src/reader/hid/fake-sureswipe.js';
import { fakeHid, reportOf } from './page-hid.js';
import { built, gateway, pages } from './page-rig.js';

const FIRST_LOAD_MAX_KB = 60;

describe('the terminal pages', () => {
  it(`load at most ${FIRST_LOAD_MAX_KB} kB of JavaScript at first, gzip`, async () => {
    await pages.open();
    await pages.page.locator('#email').waitFor();
    const loaded = await pages.page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
    );
    const scripts = loaded.filter((path) => path.endsWith('.js') && !/sw\.js|workbox/.test(path));
    expect(scripts.length).toBeGreaterThan(0);
    let bytes = 0;
    for (const path of new Set(scripts))
      bytes += gzipSync(await readFile(join(built, path.replace('/terminal/', '')))).length;
    console.log(`first-load JavaScript: ${(bytes / 1024).toFixed(1)} kB gzip in ${scripts.length} files`);
    expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_MAX_KB * 1024);
  });

  it('log in, and show what is pushed', async () => {
    await pages.open();
    await pages.page.fill('#email', gateway.account.email);
    await pages.page.fill('#password', 'wrong');
    await pages.page.click('button[type=submit]');
    await pages.page.locator('[data-code="ACCOUNTS.CREDENTIALS_WRONG"]').waitFor();
    await pages.checkPage('log-in');
    await pages.logIn();
    await pages.checkPage('orders-empty');

    await gateway.push();
    await pages.see('order');
    await gateway.push({
      payeeName: 'Riverside Books',
      amountMinor: '4200',
      status: 'claimed',
      claim: { terminalId: 'ter_other', expiresAt: '2099-01-01T10:00:00Z' },
    });
    await gateway.push({
      kind: 'collect',
      payeeName: 'Lin',
      amountMinor: '990000',
      lines: [{ name: 'Rent of the stall', quantity: 1, unitAmountMinor: '990000', attributes: {} }],
    });
    await pages.page.getByTestId('order').nth(2).waitFor();
    await pages.checkPage('orders');
  }, 60_000);

  it('pay with PIN and drawn signature, and keep the record, readable without network', async () => {
    await pages.open();
    await pages.logIn();
    await gateway.push();
    await pages.click('open-order');
    await pages.see('review-step');
    await pages.checkPage('review');
    await pages.click('confirm');
    await pages.see('swipe-step');
    await pages.checkPage('reader-choice');
    await pages.connectSimulatedReader();
    await pages.checkPage('swipe');
    await pages.page.selectOption('[data-testid=sim-scenario]', 'early-removal');
    await pages.click('sim-swipe');
    await pages.page.locator('[data-testid=reason][data-code^="READER."]').waitFor();
    await pages.shoot('swipe-failed');
    await pages.see('pin-step');
    await pages.checkPage('pin');
    // The language buttons of checkPage have the focus, and Enter would press one of them.
    await pages.page.getByTestId('pin-step').getByRole('heading').focus();
    await pages.page.keyboard.type('123456');
    await pages.page.keyboard.press('Enter');
    await pages.see('signature-step');
    await pages.checkPage('signature');
    await pages.signByHand();
    await pages.page.getByTestId('sign-and-pay').dblclick();
    await pages.see('paid');
    await pages.checkPage('paid');

    expect(gateway.submitted).toHaveLength(1);
    expect(gateway.opened[0]?.security.signature?.digest).toMatch(/^[0-9a-f]{64}$/);
    await pages.click('show-record');
    await pages.see('receipt');
    await pages.checkPage('record');
    await pages.context.setOffline(true);
    await pages.click('nav-records');
    await pages.see('record');
    await pages.page.fill('#records-search', 'celadon 128.50');
    expect(await pages.page.getByTestId('record').count()).toBe(1);
    await pages.page.fill('#records-search', 'nothing of that');
    await pages.page.waitForFunction(() => document.querySelectorAll('[data-testid=record]').length === 0);
    const kept = await pages.page.evaluate(() => JSON.stringify(localStorage));
    for (const { pan } of TEST_CARDS) expect(kept).not.toContain(pan);
  }, 120_000);

  it('pay with a USB reader that was picked upon a click, in clear or encrypted by the reader itself', async () => {
    await pages.open({}, fakeHid);
    await pages.logIn();
    await payByUsb(0x0002, () => sureSwipe(testTrack2(testCard('visa-no-pin'))));
    const reader = new TestReader(gateway.issuer.readerBdk);
    const encrypted = (name: string) => (digest: string) => {
      const track2 = testTrack2(testCard(name));
      return reportOf(reader.swipe(track2, { sessionId: digest.slice(0, 16) }), track2);
    };
    await payByUsb(0x0011, encrypted('mastercard-no-pin'));
    expect(gateway.opened[1]?.card).toMatchObject({ readerProtected: true, readerKind: 'magtek' });
    await pages.click('show-record');
    await pages.see('receipt');
    await pages.checkPage('record-protected');
    await pages.click('nav-orders');
    await payByUsb(0x0011, encrypted('visa-pin'), 'not-paid');
    await pages.page.locator('[data-code="TERMINAL.PIN_IMPOSSIBLE"]').waitFor();
    await pages.checkPage('pin-impossible');
  }, 60_000);

  async function payByUsb(productId: number, report: (digest: string) => Uint8Array, end = 'paid'): Promise<void> {
    const { digest } = await gateway.push();
    await pages.click('nav-account');
    await pages.see('reader');
    if (await pages.page.getByTestId('reader-disconnect').isVisible()) await pages.click('reader-disconnect');
    await pages.click('nav-orders');
    await pages.click('open-order');
    await pages.see('review-step');
    await pages.click('confirm');
    await pages.see('swipe-step');
    await pages.click('reader-usb');
    await pages.useUsbReader(productId, report(digest));
    await pages.signByName();
    await pages.see(end);
    if (end === 'paid' && productId === 0x0002) await pages.click('done');
  }

  it('start without network from the stored shell and show the records', async () => {
    await pages.open();
    await pages.logIn();
    await gateway.push();
    await pages.click('open-order');
    await pages.see('review-step');
    await pages.confirmAndSwipe('visa-no-pin');
    await pages.signByName();
    await pages.see('paid');
    await pages.page.evaluate(() => navigator.serviceWorker.ready);
    await pages.context.setOffline(true);
    await pages.page.goto(`${pages.origin}/terminal/records`);
    await pages.see('offline');
    await pages.see('record');
    await pages.checkPage('records-offline');
  }, 60_000);

  it('tell a wrong PIN with the tries left, decline, and let the person try again with another card', async () => {
    await pages.open();
    await pages.logIn();
    await gateway.push();
    await pages.click('open-order');
    await pages.confirmAndSwipe('unionpay-pin');
    await pages.see('pin-pad');
    for (const key of ['9', '9', '9', 'delete', '9', '9', 'ok']) await pages.click(`pin-${key}`);
    await pages.signByName();
    await pages.page.locator('[data-testid=not-paid][data-reason="RISK.PIN_WRONG"]').waitFor();
    expect(await pages.page.getByTestId('tries-left').textContent()).toContain('2');
    await pages.checkPage('wrong-pin');
    await pages.click('pay-again');
    await pages.swipe('insufficient-funds');
    await pages.signByName();
    await pages.page.locator('[data-testid=not-paid][data-reason="RISK.INSUFFICIENT_FUNDS"]').waitFor();
    await pages.checkPage('declined');
    await pages.click('pay-again');
    await pages.swipe('mastercard-no-pin');
    await pages.signByName();
    await pages.see('paid');
    expect(new Set(gateway.submitted.map(({ ksn }) => ksn)).size).toBe(3);
  }, 90_000);

  it('answer "did it go through?" after a reload, with the same bytes and one charge', async () => {
    await pages.open();
    await pages.logIn();
    await gateway.push();
    gateway.held = true;
    await pages.click('open-order');
    await pages.confirmAndSwipe('visa-no-pin');
    await pages.signByName();
    await pages.see('waiting');
    await pages.checkPage('waiting');
    await pages.page.reload();
    await pages.see('waiting');
    await pages.page.goto(`${pages.origin}/terminal/`);
    await pages.see('under-way');
    await pages.page.getByTestId('under-way').getByRole('link').click();
    await pages.see('waiting');
    expect(new Set(gateway.submitted.map((body) => JSON.stringify(body))).size).toBe(1);
    gateway.held = false;
    await Promise.all(gateway.submitted.slice(0, 1).map((body) => gateway.conclude(body)));
    await pages.see('paid');
    await pages.click('done');
    await pages.page.goBack();
    await pages.see('closed');
  }, 60_000);

  it('collect: make the order, hand over, swipe, received', async () => {
    await pages.open();
    await pages.logIn();
    await pages.click('collect-new');
    await pages.page.click('button[type=submit]');
    await pages.checkPage('collect');
    await pages.page.fill('#collect-amount', '88.8');
    await pages.page.fill('#collect-description', '手工茶壶');
    await pages.page.click('button[type=submit]');
    await pages.see('review-step');
    await pages.checkPage('hand-over');
    await pages.confirmAndSwipe('unionpay-no-pin');
    await pages.signByName();
    await pages.see('paid');
    expect(gateway.opened[0]?.fee).toMatchObject({ amountMinor: '8880', currency: 'CNY' });
    await pages.click('done');
  }, 60_000);

  it('are readable in the dark, and log out for good', async () => {
    await pages.open({ colorScheme: 'dark' });
    await pages.logIn();
    await gateway.push();
    await pages.see('order');
    await pages.checkPage('orders-dark');
    await pages.click('nav-account');
    await pages.click('log-out');
    await pages.page.locator('[data-testid=log-in-form]').waitFor();
    await pages.page.reload();
    await pages.page.locator('[data-testid=log-in-form]').waitFor();
  }, 60_000);

  it('refuse an order that another terminal has taken, and one that changed after it was shown', async () => {
    await pages.open();
    await pages.logIn();
    const order = await gateway.push();
    await pages.click('open-order');
    await pages.see('review-step');
    gateway.orders.set(order.id, { ...order, claim: { terminalId: 'ter_other', expiresAt: '2099-01-01T10:00:00Z' } });
    await pages.click('confirm');
    await pages.page.locator('[data-code="ORDERS.CLAIMED_BY_OTHER_TERMINAL"]').waitFor();
    const { claim: _, ...free } = gateway.orders.get(order.id) ?? order;
    gateway.orders.set(order.id, { ...free, amountMinor: '1' });
    await pages.click('confirm');
    await pages.page.locator('[data-code="TERMINAL.ORDER_CHANGED"]').waitFor();
    expect(gateway.submitted).toEqual([]);
  }, 60_000);
});
