import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { fakeHid } from './page-hid.js';
import { gateway, pages } from './page-rig.js';
import { Refusal } from './refusal.js';
import { addFingerprintReader } from './scripted-biometrics.js';

const ADDRESS = {
  ...{ recipient: 'Lin Mei', addressLines: ['12 Tea Lane'], city: 'Hangzhou', postalCode: '310000', country: 'CN' },
};

const errorAt = (name: string) => pages.page.locator(`.bad-text[data-error="${name}"]`);
const submit = () => pages.page.click('form button[type=submit]');

async function openPage(path: string, inPage?: () => void): Promise<void> {
  await pages.open({}, inPage);
  await pages.logIn();
  await pages.goTo(path);
}

describe('the pages of the account', () => {
  it('register with number, bank account and an application for a reader, telling what is wrong at the field', async () => {
    await pages.open();
    await pages.click('to-register');
    await pages.see('register-form');
    await pages.page.check('[data-testid=receives]');
    await pages.page.check('[data-testid=wants-reader]');
    await pages.page.fill('#email', 'not an address');
    await pages.page.fill('#password', 'short');
    await submit();
    await errorAt('email').waitFor();
    expect(await pages.page.evaluate(() => document.activeElement?.id)).toBe('email');
    await pages.checkPage('register');
    await fillRegistration();
    gateway.own.refusal = new Refusal(409, 'ACCOUNTS.EMAIL_TAKEN', { param: 'email' });
    await submit();
    await errorAt('email').waitFor();
    expect(await pages.page.inputValue('#password')).toBe('correct horse 9');
    await pages.page.fill('#email', 'Mei@example.com');
    await submit();
    await pages.see('mobile-code');
    expect(gateway.own.registered).toEqual([
      {
        ...{ email: 'Mei@example.com', password: 'correct horse 9', displayName: 'Mei', mobile: '138 0000 0000' },
        ...{ locale: 'zh-CN', postalAddress: ADDRESS },
        bankAccount: { bankCode: 'CMBCCNBS', accountNumber: '6214 8300 1234 5678', holder: 'Lin Mei' },
      },
    ]);
    expect(gateway.own.readers.map(({ model, status }) => [model, status])).toEqual([['audio-jack', 'applied']]);
  }, 120_000);

  async function fillRegistration(): Promise<void> {
    const { page } = pages;
    await page.fill('#email', 'mei@example.com');
    await page.fill('#password', 'correct horse 9');
    await page.fill('#displayName', 'Mei');
    await page.fill('#mobile', '138 0000 0000');
    await page.selectOption('#bank', 'CMBCCNBS');
    await page.fill('#bankAccount-accountNumber', '6214 8300 1234 5678');
    await page.fill('#bankAccount-holder', 'Lin Mei');
    await page.check('[value=audio-jack]');
    await page.fill('#postalAddress-recipient', 'Lin Mei');
    await page.fill('#postalAddress-addressLines-0', '12 Tea Lane');
    await page.fill('#postalAddress-city', 'Hangzhou');
    await page.fill('#postalAddress-postalCode', '310000');
    await page.selectOption('#postalAddress-country', 'CN');
  }

  it('bind a mobile number by its code, after a wrong one, a reload, and one that expired', async () => {
    await openPage('mobile');
    await pages.see('mobile-form');
    await pages.page.fill('#mobile', '12');
    await submit();
    await errorAt('mobile').waitFor();
    await pages.checkPage('mobile-number');
    await pages.page.fill('#mobile', '13800000000');
    gateway.own.codeLifetimeMs = 1_000;
    await submit();
    await pages.see('code-expired');
    await pages.checkPage('mobile-expired');
    gateway.own.codeLifetimeMs = 600_000;
    await pages.click('resend');
    await pages.page.fill('#code', '000000');
    await submit();
    await errorAt('code').waitFor();
    expect(await errorAt('code').textContent()).toContain('4');
    await pages.checkPage('mobile-code');
    await pages.page.reload();
    await pages.page.fill('#code', '314 159');
    expect(await pages.page.getAttribute('#code', 'autocomplete')).toBe('one-time-code');
    await submit();
    await pages.see('mobile-bound');
    await pages.checkPage('mobile-bound');
    expect(gateway.account).toMatchObject({ mobile: '13800000000', mobileConfirmed: true });
  }, 180_000);

  it('bind a reader by the number that it tells by itself', async () => {
    gateway.account.postalAddress = ADDRESS;
    const shipment = { carrier: 'SF Express', trackingNumber: 'SF1032', serialNumber: 'MSR0042' };
    await openPage('readers', fakeHid);
    await submit();
    await pages.page.locator('[data-testid=reader-card][data-status=applied]').waitFor();
    gateway.own.change(gateway.own.readers[0]?.id ?? '', {
      status: 'shipped',
      shippedAt: new Date().toISOString(),
      ...shipment,
    });
    await pages.goTo('doctor');
    await pages.click('reader-usb');
    await pages.page.evaluate(() => usb.plug(0x0011));
    await pages.click('reader-connect');
    await pages.page.locator('[data-testid=reader][data-state=ready]').waitFor();
    await pages.goTo('readers');
    await pages.page.locator('#serialNumber').and(pages.page.locator('[aria-describedby]')).waitFor();
    expect(await pages.page.inputValue('#serialNumber')).toBe('MSR0042');
    await pages.checkPage('readers-attached');
    await submit();
    await pages.page.locator('[data-testid=reader-card][data-status=bound]').waitFor();
  }, 120_000);

  it('apply for a reader, follow it, bind it by its number, report it lost and have it replaced', async () => {
    gateway.account.postalAddress = ADDRESS;
    await openPage('readers');
    await pages.see('reader-application');
    await pages.checkPage('readers-empty');
    await submit();
    await pages.page.locator('[data-testid=reader-card][data-status=applied]').waitFor();
    const [applied] = gateway.own.readers;
    expect(applied).toMatchObject({ model: 'usb-swipe', postalAddress: ADDRESS });
    const shipment = { carrier: 'SF Express', trackingNumber: 'SF1032', serialNumber: 'MSR0042' };
    gateway.own.change(applied?.id ?? '', { status: 'shipped', shippedAt: new Date().toISOString(), ...shipment });
    await pages.click('readers-refresh');
    await pages.page.locator('[data-testid=reader-card][data-status=shipped]').waitFor();
    await pages.page.fill('#serialNumber', 'MSR 0043');
    await submit();
    await pages.page.locator('[data-code="ACCOUNTS.READER_NOT_FOUND"]').waitFor();
    await pages.checkPage('readers-shipped');
    await pages.page.fill('#serialNumber', 'msr-0042');
    await submit();
    await pages.page.locator('[data-testid=reader-card][data-status=bound]').waitFor();
    await pages.page.reload();
    await pages.click('reader-lost');
    await pages.see('lost-question');
    await pages.checkPage('readers-lost-question');
    await pages.click('lost-yes');
    await pages.click('reader-replace');
    await submit();
    await pages.page.locator('[data-testid=reader-card][data-status=applied]').waitFor();
    await pages.checkPage('readers-replaced');
    await pages.click('reader-cancel');
    await pages.page.locator('[data-testid=reader-card][data-status=canceled]').waitFor();
    expect(gateway.own.readers.map(({ status }) => status)).toEqual(['lost', 'canceled']);
  }, 180_000);

  it('register a fingerprint, show it, remove it; and say so where the browser has none', async () => {
    await openPage('biometrics');
    await pages.see('biometrics-missing');
    await pages.checkPage('biometrics-missing');
    await addFingerprintReader(pages.page);
    await pages.page.reload();
    await pages.click('biometrics-register');
    await pages.see('biometric');
    expect(gateway.own.biometrics.kept).toMatchObject([{ shown: { terminalId: 'ter_here' } }]);
    await pages.click('biometric-remove');
    await pages.checkPage('biometrics');
    await pages.click('biometric-remove-yes');
    await pages.page.waitForFunction(() => document.querySelectorAll('[data-testid=biometric]').length === 0);
    expect(gateway.own.biometrics.kept).toEqual([]);
  }, 120_000);

  it('show the terminals, and sign another one out after one more question', async () => {
    await openPage('account');
    await pages.page.getByTestId('terminal').nth(1).waitFor();
    await pages.checkPage('account');
    await pages.click('sign-out');
    await pages.checkPage('account-sign-out');
    await pages.click('sign-out-yes');
    await pages.page.waitForFunction(() => document.querySelectorAll('[data-testid=terminal]').length === 1);
    expect(gateway.terminals.map(({ id }) => id)).toEqual(['ter_here']);
  }, 120_000);
});

describe('the records', () => {
  const submitted = async (): Promise<void> => {
    await pages.open();
    await pages.logIn();
    await gateway.push();
    gateway.held = true;
    await pages.click('open-order');
    await pages.see('review-step');
    await pages.confirmAndSwipe('visa-no-pin');
    await pages.signByName();
    await pages.see('waiting');
  };
  const conclude = async (): Promise<void> => {
    gateway.held = false;
    for (const body of gateway.submitted.slice(0, 1)) await gateway.conclude(body);
  };

  it('answer "did it go through?" without network, and are complete once it is back, with what was refunded', async () => {
    await submitted();
    await pages.page.evaluate(() => navigator.serviceWorker.ready);
    await pages.context.setOffline(true);
    await pages.page.goto(`${pages.origin}/terminal/records`);
    await pages.see('offline');
    await pages.see('not-known-yet');
    await pages.checkPage('records-not-known-yet');
    await conclude();
    await pages.context.setOffline(false);
    await pages.see('record');
    expect(await pages.page.getByTestId('not-known-yet').count()).toBe(0);
    const [order] = gateway.orders.values();
    if (order) gateway.change({ ...order, status: 'partially_refunded' });
    await pages.page.locator('.tag.partially_refunded').waitFor();
    await pages.checkPage('records');
    await pages.page.reload();
    await pages.page.locator('.tag.partially_refunded').waitFor();
  }, 180_000);

  it('hold what ended while nobody looked: the orders say so until it was seen', async () => {
    await submitted();
    await pages.goTo('');
    await pages.see('under-way');
    await conclude();
    await pages.see('concluded');
    await pages.checkPage('orders-concluded');
    await pages.page.getByTestId('concluded').getByRole('link').click();
    await pages.see('paid');
    await pages.click('done');
    await pages.see('connection');
    await pages.page.getByTestId('concluded').waitFor({ state: 'detached' });
  }, 120_000);

  it('have been seen also by who goes on before the next frame', async () => {
    await submitted();
    await pages.goTo('');
    await conclude();
    await pages.see('concluded');
    await pages.page.evaluate(async () => {
      for (const selector of ['[data-testid="concluded"] a', '[data-testid="done"]']) {
        document.querySelector<HTMLElement>(selector)?.click();
        await new Promise((resolve) => setTimeout(resolve));
      }
    });
    await pages.see('connection');
    await pages.page.getByTestId('concluded').waitFor({ state: 'detached' });
  }, 120_000);

  it('give them as a table', async () => {
    await submitted();
    await conclude();
    await pages.see('paid');
    await pages.goTo('records');
    const [download] = await Promise.all([pages.page.waitForEvent('download'), pages.click('records-export-csv')]);
    expect(await readFile(await download.path(), 'utf8')).toContain('Moss Tea House,128.50,CNY');
  }, 120_000);

  it('and pages that do not exist say so', async () => {
    await openPage('nothing/of/that');
    await pages.page.locator('h1').waitFor();
    await pages.checkPage('not-found');
    await pages.goTo('records/txn_unknown');
    await pages.page.locator('.empty').waitFor();
    await pages.checkPage('record-missing');
    await pages.goTo('pay/ord_unknown');
    await pages.page.locator('[data-code="ORDERS.NOT_FOUND"]').waitFor();
    await pages.checkPage('order-unknown');
  }, 120_000);
});
