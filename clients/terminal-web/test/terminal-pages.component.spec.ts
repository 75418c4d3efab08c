import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TEST_CARDS } from '@openswipe/card/test-cards';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { ScriptedGateway } from './scripted-gateway.js';

const ROOM = fileURLToPath(new URL('..', import.meta.url));
const SCREENSHOTS = join(ROOM, 'screenshots');
const FIRST_LOAD_MAX_KB = 60;

let pages: string;
let browser: Browser;
let gateway: ScriptedGateway;
let origin: string;
let context: BrowserContext;
let page: Page;
let complaints: string[];

const see = (testId: string) => page.getByTestId(testId).first().waitFor({ timeout: 10_000 });
const click = (testId: string) => page.getByTestId(testId).first().click();

async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
  context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 900 }, ...options });
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(`${origin}/terminal/`);
}

async function logIn(): Promise<void> {
  await page.fill('#email', gateway.account.email);
  await page.fill('#password', gateway.account.password);
  await page.click('button[type=submit]');
  await page.locator('[data-testid=connection][data-state=live]').waitFor({ timeout: 15_000 });
}

async function connectSimulatedReader(): Promise<void> {
  await click('reader-simulated');
  await click('reader-connect');
  await page.locator('[data-testid=reader][data-state=armed]').waitFor();
  await see('simulated-reader');
}

async function confirmAndSwipe(card: string): Promise<void> {
  await click('confirm');
  await see('swipe-step');
  if (await page.getByTestId('reader-connect').isVisible()) await connectSimulatedReader();
  await page.selectOption('[data-testid=sim-card]', card);
  await click('sim-swipe');
}

async function signByName(): Promise<void> {
  await see('signature-step');
  await click('sign-type');
  await page.fill('#signature-name', 'Lin');
  await click('sign-and-pay');
}

async function checkPage(name: string): Promise<void> {
  for (const language of ['en', 'zh-CN']) {
    await click(`language-${language}`);
    await page.waitForFunction((lang) => document.documentElement.lang === lang, language);
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
      .analyze();
    expect(violations.map(({ id, nodes }) => [name, language, id, nodes.map(({ html }) => html)])).toEqual([]);
    await shoot(`${name}-${language}`);
  }
}

async function shoot(name: string): Promise<void> {
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: width === 360 ? 740 : 900 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect([name, width, overflow <= 0]).toEqual([name, width, true]);
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

beforeAll(async () => {
  pages = await mkdtemp(join(tmpdir(), 'terminal-pages-'));
  await mkdir(SCREENSHOTS, { recursive: true });
  const vite = fileURLToPath(new URL('../../../node_modules/vite/bin/vite.js', import.meta.url));
  await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', pages, '--logLevel', 'error'], { cwd: ROOM });
  const args = ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'];
  browser = await chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await rm(pages, { recursive: true, force: true });
});

beforeEach(async () => {
  gateway = new ScriptedGateway(pages);
  origin = await gateway.listen();
});

afterEach(async () => {
  await context?.close();
  await gateway.close();
  expect(complaints).toEqual([]);
});

describe('the terminal pages', () => {
  it(`load at most ${FIRST_LOAD_MAX_KB} kB of JavaScript at first, gzip`, async () => {
    await open();
    await page.locator('#email').waitFor();
    const loaded = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
    );
    const scripts = loaded.filter((path) => path.endsWith('.js') && !/sw\.js|workbox/.test(path));
    expect(scripts.length).toBeGreaterThan(0);
    let bytes = 0;
    for (const path of new Set(scripts))
      bytes += gzipSync(await readFile(join(pages, path.replace('/terminal/', '')))).length;
    console.log(`first-load JavaScript: ${(bytes / 1024).toFixed(1)} kB gzip in ${scripts.length} files`);
    expect(bytes).toBeLessThanOrEqual(FIRST_LOAD_MAX_KB * 1024);
  });

  it('pay a pushed order with PIN and drawn signature, and keep the record, readable offline', async () => {
    await open();
    await page.fill('#email', gateway.account.email);
    await page.fill('#password', 'wrong');
    await page.click('button[type=submit]');
    await page.locator('[data-code="ACCOUNTS.CREDENTIALS_WRONG"]').waitFor();
    await checkPage('log-in');
    await logIn();
    await checkPage('orders-empty');

    await gateway.push();
    const pushedAt = Date.now();
    await see('order');
    expect(Date.now() - pushedAt).toBeLessThan(1_000);
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
    await page.getByTestId('order').nth(2).waitFor();
    await checkPage('orders');

    await page.locator('[data-status=pending] [data-testid=open-order]').first().click();
    await see('review-step');
    await checkPage('review');
    await click('confirm');
    await see('swipe-step');
    await checkPage('reader-choice');
    await connectSimulatedReader();
    await checkPage('swipe');
    await page.selectOption('[data-testid=sim-scenario]', 'early-removal');
    await click('sim-swipe');
    await page.locator('[data-testid=reason][data-code^="READER."]').waitFor();
    await shoot('swipe-failed');
    await see('pin-step');
    await checkPage('pin');
    // The language buttons of checkPage have the focus, and Enter would press one of them.
    await page.getByTestId('pin-step').getByRole('heading').focus();
    await page.keyboard.type('123456');
    await page.keyboard.press('Enter');
    await see('signature-step');
    await checkPage('signature');
    const area = await page.getByTestId('signature-area').boundingBox();
    await page.mouse.move((area?.x ?? 0) + 40, (area?.y ?? 0) + 60);
    await page.mouse.down();
    for (let step = 0; step < 12; step++)
      await page.mouse.move((area?.x ?? 0) + 40 + step * 20, (area?.y ?? 0) + 60 + (step % 3) * 25);
    await page.mouse.up();
    await page.getByTestId('sign-and-pay').dblclick();
    await see('paid');
    await checkPage('paid');

    expect(gateway.submitted).toHaveLength(1);
    expect(gateway.opened[0]?.security.signature?.digest).toMatch(/^[0-9a-f]{64}$/);
    await click('show-record');
    await see('receipt');
    await checkPage('record');
    await context.setOffline(true);
    await click('nav-records');
    await see('record');
    await page.fill('#records-search', 'celadon 128.50');
    expect(await page.getByTestId('record').count()).toBe(1);
    await page.fill('#records-search', 'nothing of that');
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=record]').length === 0);
    const kept = await page.evaluate(() => JSON.stringify(localStorage));
    for (const { pan } of TEST_CARDS) expect(kept).not.toContain(pan);
  }, 120_000);

  it('start without network from the stored shell and show the records', async () => {
    await open();
    await logIn();
    await gateway.push();
    await click('open-order');
    await see('review-step');
    await confirmAndSwipe('visa-no-pin');
    await signByName();
    await see('paid');
    await page.evaluate(() => navigator.serviceWorker.ready);
    await context.setOffline(true);
    await page.goto(`${origin}/terminal/records`);
    await see('offline');
    await see('record');
    await checkPage('records-offline');
  }, 60_000);

  it('tell a wrong PIN with the tries left, decline, and let the person try again with another card', async () => {
    await open();
    await logIn();
    await gateway.push();
    await click('open-order');
    await confirmAndSwipe('unionpay-pin');
    await see('pin-pad');
    for (const key of ['9', '9', '9', 'delete', '9', '9', 'ok']) await click(`pin-${key}`);
    await signByName();
    await page.locator('[data-testid=not-paid][data-reason="RISK.PIN_WRONG"]').waitFor();
    expect(await page.getByTestId('tries-left').textContent()).toContain('2');
    await checkPage('wrong-pin');
    await click('pay-again');
    await see('simulated-reader');
    await page.selectOption('[data-testid=sim-card]', 'insufficient-funds');
    await click('sim-swipe');
    await signByName();
    await page.locator('[data-testid=not-paid][data-reason="RISK.INSUFFICIENT_FUNDS"]').waitFor();
    await checkPage('declined');
    await click('pay-again');
    await see('simulated-reader');
    await page.selectOption('[data-testid=sim-card]', 'mastercard-no-pin');
    await click('sim-swipe');
    await signByName();
    await see('paid');
    expect(new Set(gateway.submitted.map(({ ksn }) => ksn)).size).toBe(3);
  }, 90_000);

  it('answer "did it go through?" after a reload, with the same bytes and one charge', async () => {
    await open();
    await logIn();
    await gateway.push();
    gateway.held = true;
    await click('open-order');
    await confirmAndSwipe('visa-no-pin');
    await signByName();
    await see('waiting');
    await checkPage('waiting');
    await page.reload();
    await see('waiting');
    await page.goto(`${origin}/terminal/`);
    await see('under-way');
    await page.getByTestId('under-way').getByRole('link').click();
    await see('waiting');
    expect(new Set(gateway.submitted.map((body) => JSON.stringify(body))).size).toBe(1);
    gateway.held = false;
    gateway.submitted.slice(0, 1).forEach((body) => gateway.conclude(body));
    await see('paid');
    await click('done');
    await page.goBack();
    await see('closed');
  }, 60_000);

  it('collect: make the order, hand over, swipe, received', async () => {
    await open();
    await logIn();
    await click('collect-new');
    await page.click('button[type=submit]');
    await checkPage('collect');
    await page.fill('#collect-amount', '88.8');
    await page.fill('#collect-description', '手工茶壶');
    await page.click('button[type=submit]');
    await see('review-step');
    await checkPage('hand-over');
    await confirmAndSwipe('unionpay-no-pin');
    await signByName();
    await see('paid');
    expect(gateway.opened[0]?.fee).toMatchObject({ amountMinor: '8880', currency: 'CNY' });
    await click('done');
  }, 60_000);

  it('register, list terminals and sign another one out, log out', async () => {
    await open({ colorScheme: 'dark' });
    await click('to-register');
    await click('receives');
    await checkPage('register-dark');
    await page.fill('#email', 'lin@example.com');
    await page.fill('#displayName', 'Lin');
    await page.fill('#password', 'correct horse 9');
    await page.uncheck('[data-testid=receives]');
    await page.click('button[type=submit]');
    await page.locator('[data-testid=log-in-form]').waitFor();
    await logIn();
    await gateway.push();
    await see('order');
    await checkPage('orders-dark');
    await click('nav-account');
    await page.getByTestId('terminal').nth(1).waitFor();
    await checkPage('account-dark');
    await page.getByTestId('terminal').first().getByRole('button').click();
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=terminal]').length === 1);
    await click('log-out');
    await page.locator('[data-testid=log-in-form]').waitFor();
    await page.reload();
    await page.locator('[data-testid=log-in-form]').waitFor();
  }, 60_000);

  it('refuse an order that another terminal has taken, and one that changed after it was shown', async () => {
    await open();
    await logIn();
    const order = await gateway.push();
    await click('open-order');
    await see('review-step');
    gateway.orders.set(order.id, { ...order, claim: { terminalId: 'ter_other', expiresAt: '2099-01-01T10:00:00Z' } });
    await click('confirm');
    await page.locator('[data-code="ORDERS.CLAIMED_BY_OTHER_TERMINAL"]').waitFor();
    const { claim: _, ...free } = gateway.orders.get(order.id) ?? order;
    gateway.orders.set(order.id, { ...free, amountMinor: '1' });
    await click('confirm');
    await page.locator('[data-code="TERMINAL.ORDER_CHANGED"]').waitFor();
    expect(gateway.submitted).toEqual([]);
  }, 60_000);
});
