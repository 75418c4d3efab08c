import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Order, OrderStatus } from '@openswipe/contracts';
import { DomainError, newId } from '@openswipe/kernel';
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import {
  ACCOUNT,
  anOrder,
  EMAIL,
  eventually,
  type GatewayUnderTest,
  startGateway,
  TERMINAL,
} from './running-gateway.js';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Set it to look at the pages. */
const SCREENSHOTS = process.env['SCREENSHOTS'];

let gateway: GatewayUnderTest;
let browser: Browser;
let shop: Server;
let shopUrl: string;
let context: BrowserContext | undefined;
const complaints: string[] = [];

beforeAll(async () => {
  gateway = await startGateway();
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  shop = createServer((_request, response) => response.end('<title>shop</title>'));
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  shopUrl = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  if (SCREENSHOTS) await mkdir(SCREENSHOTS, { recursive: true });
});

beforeEach(() => {
  complaints.length = 0;
  gateway.neighbours.calls.length = 0;
  gateway.neighbours.answer('nameAccount', async ({ orderId }) => {
    const order = stored(orderId);
    if (order.status !== OrderStatus.ORDER_STATUS_CREATED) return order;
    return gateway.change(next(order, OrderStatus.ORDER_STATUS_PENDING, { targetAccountId: ACCOUNT }));
  });
  gateway.neighbours.answer('cancelOrder', async ({ orderId }) => {
    const order = stored(orderId);
    if (order.status === OrderStatus.ORDER_STATUS_CANCELED) return order;
    return gateway.change(next(order, OrderStatus.ORDER_STATUS_CANCELED));
  });
});

afterEach(async () => {
  await context?.close();
  context = undefined;
  expect(complaints).toEqual([]);
});

afterAll(async () => {
  await browser.close();
  await gateway.stop();
  shop.closeAllConnections();
  await new Promise((resolve) => shop.close(resolve));
});

const stored = (id: string): Order => {
  const order = gateway.orders.get(id);
  if (!order) throw new DomainError('ORDERS.NOT_FOUND', 'There is no such order', { kind: 'not-found' });
  return order;
};

const next = (order: Order, status: OrderStatus, more: Partial<Order> = {}): Order => ({
  ...order,
  ...more,
  status,
  version: order.version + 1n,
});

function given(more: Partial<Order> = {}): Order {
  const order = anOrder({ returnUrl: `${shopUrl}/return`, cancelUrl: `${shopUrl}/cart`, ...more });
  gateway.orders.set(order.id, order);
  return order;
}

interface Look {
  readonly locale?: string;
  readonly width?: number;
  readonly javaScriptEnabled?: boolean;
}

/** A page that reports every script error and every refusal of the content policy. */
async function open(
  order: Order,
  { locale = 'en-GB', width = 1280, javaScriptEnabled = true }: Look = {},
): Promise<Page> {
  context ??= await browser.newContext({ locale, viewport: { width, height: 800 }, javaScriptEnabled });
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 40[04]/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(`${gateway.url}/checkout/${order.id}`);
  return page;
}

async function shoot(page: Page, name: string): Promise<void> {
  if (!SCREENSHOTS) return;
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${width}.png`), fullPage: true });
  }
}

const titleOf = (page: Page): Promise<string> => page.locator('.title').innerText();
const seeTitle = (page: Page, title: string): Promise<void> =>
  page.getByRole('heading', { name: title, exact: true }).waitFor();

describe('checkout page', () => {
  it('leads from naming the account live to paid, and returns to the shop by itself', async () => {
    const order = given();
    const page = await open(order);
    await shoot(page, 'en-created');
    expect(await page.locator('.amount').innerText()).toBe('CN¥128.50');
    expect(await page.locator('.payee').innerText()).toBe('Pay to Café "Zur Post" <b>&');
    await page.getByLabel('E-mail of your Openswipe account').fill(EMAIL);
    await page.getByRole('button', { name: 'Continue' }).click();
    await seeTitle(page, 'Confirm on your terminal');
    await shoot(page, 'en-pending');
    const link = page.getByRole('link', { name: 'Open the terminal here' });
    expect(await link.getAttribute('href')).toBe(`${gateway.url}/terminal/pay/${order.id}`);
    await page.getByRole('img', { name: 'QR code that opens this order on your terminal' }).waitFor();

    const claim = { terminalId: TERMINAL, expiresAt: new Date(Date.now() + 300_000) };
    await gateway.change(next(stored(order.id), OrderStatus.ORDER_STATUS_CLAIMED, { claim }));
    await seeTitle(page, 'Continue on your terminal');
    await gateway.change(next(stored(order.id), OrderStatus.ORDER_STATUS_PAYING));
    await seeTitle(page, 'Payment is being checked');
    await shoot(page, 'en-paying');
    const lastFailure = {
      transactionId: 'txn_1',
      reasonCode: 'RISK.PIN_WRONG',
      facts: { triesLeft: '2' },
      at: new Date(),
    };
    await gateway.change(next(stored(order.id), OrderStatus.ORDER_STATUS_CLAIMED, { claim, lastFailure }));
    await page.getByText('The PIN is wrong. Tries left: 2. Nothing was charged.').waitFor();
    await shoot(page, 'en-failed');
    await gateway.change(next(stored(order.id), OrderStatus.ORDER_STATUS_PAID, { lastFailure: undefined }));
    await seeTitle(page, 'Paid');
    await page.waitForURL(`${shopUrl}/return?order=${order.id}&status=paid&signature=sig-${order.id.slice(-4)}-paid`);
  });

  it('does not throw the shopper out again after coming back', async () => {
    const order = given({ status: OrderStatus.ORDER_STATUS_PAID });
    const page = await open(order);
    await shoot(page, 'en-paid');
    await page.waitForURL(/\/return\?/);
    await page.clock.install();
    await page.goto(`${gateway.url}/checkout/${order.id}`);
    await page.clock.fastForward(60_000);
    expect(page.url()).toContain('/checkout/');
    await page.getByRole('link', { name: 'Back to the shop' }).click();
    await page.waitForURL(/\/return\?/);
  });

  it('says beside the field what is wrong with an e-mail, and keeps it', async () => {
    const page = await open(given());
    await page.getByLabel('E-mail').fill('who@example.com');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('There is no account with this e-mail.').waitFor();
    expect((await fetch(page.url())).url).toMatch(/\/checkout\/ord_[0-9a-f]{32}\?lang=en$/);
    expect(await page.getByLabel('E-mail').inputValue()).toBe('who@example.com');
    await shoot(page, 'en-unknown-account');
  });

  it('takes double submits, reload and back without harm', async () => {
    const order = given();
    const page = await open(order);
    await page.getByLabel('E-mail').fill(EMAIL);
    await page
      .locator('form')
      .first()
      .evaluate((form: any) => {
        form.requestSubmit();
        form.requestSubmit();
      });
    await seeTitle(page, 'Confirm on your terminal');
    await page.reload();
    expect(await titleOf(page)).toBe('Confirm on your terminal');
    await page.goBack();
    await seeTitle(page, 'Confirm on your terminal');
  });

  it('cancels, and offers the way back to the shop', async () => {
    const order = given({ status: OrderStatus.ORDER_STATUS_PENDING, targetAccountId: ACCOUNT });
    const [page, watcher] = [await open(order), await open(order)];
    await page.getByRole('button', { name: 'Cancel the order' }).click();
    await Promise.all([seeTitle(page, 'Order canceled'), seeTitle(watcher, 'Order canceled')]);
    await shoot(page, 'en-canceled');
    await page.getByRole('link', { name: 'Back to the shop' }).click();
    await page.waitForURL(`${shopUrl}/cart?order=${order.id}&status=canceled&signature=*`);
  });

  it('works without JavaScript', async () => {
    const order = given();
    const page = await open(order, { javaScriptEnabled: false });
    await page.getByLabel('E-mail').fill(EMAIL);
    await page.getByRole('button', { name: 'Continue' }).click();
    await seeTitle(page, 'Confirm on your terminal');
    gateway.orders.set(order.id, next(stored(order.id), OrderStatus.ORDER_STATUS_PAID));
    await page.waitForURL(/\/return\?.*status=paid/, { timeout: 12_000 });
  });

  it.each([
    ['en-GB', 'Which account pays?', 'Confirm on your terminal', 'Paid'],
    ['zh-CN', '用哪个账户付款？', '请在终端上确认', '付款成功'],
  ])(
    'is accessible in %s, wide and narrow',
    async (locale, created, pending, paid) => {
      const lastFailure = { transactionId: 'txn_1', reasonCode: 'RISK.INSUFFICIENT_FUNDS', facts: {}, at: new Date() };
      const states = [
        [given(), created],
        [given({ status: OrderStatus.ORDER_STATUS_PENDING, lastFailure }), pending],
        [given({ status: OrderStatus.ORDER_STATUS_PAID, returnUrl: '' }), paid],
      ] as const;
      for (const [order, title] of states) {
        const page = await open(order, { locale });
        await seeTitle(page, title);
        await shoot(page, `${locale}-${OrderStatus[order.status].slice(13).toLowerCase()}`);
        for (const [width, colorScheme] of [
          [1280, 'light'],
          [360, 'dark'],
        ] as const) {
          await page.setViewportSize({ width, height: 800 });
          await page.emulateMedia({ colorScheme });
          if (colorScheme === 'dark') await shoot(page, `${locale}-dark-${OrderStatus[order.status].slice(13)}`);
          const { violations } = await new AxeBuilder({ page }).analyze();
          expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        }
      }
    },
    60_000,
  );

  it('shows nothing that a name, a line or a term could smuggle in', async () => {
    const evil = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    const order = given({
      payeeName: evil,
      terms: evil,
      merchantReference: evil,
      lines: [{ name: evil, quantity: 1, unitAmountMinor: 1n, attributes: { [evil]: evil } }],
      status: OrderStatus.ORDER_STATUS_PENDING,
    });
    const page = await open(order);
    await gateway.change(next(order, OrderStatus.ORDER_STATUS_CLAIMED));
    await seeTitle(page, 'Continue on your terminal');
    expect(await page.title()).toBe(`Pay ${evil}`);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
  });

  it('changes the language', async () => {
    const order = given();
    const page = await open(order);
    await page.getByRole('link', { name: '中文' }).click();
    await seeTitle(page, '用哪个账户付款？');
    await page.getByLabel('您的 Openswipe 账户邮箱').fill(EMAIL);
    await page.getByRole('button', { name: '继续' }).click();
    await seeTitle(page, '请在终端上确认');
  });

  it('says in words that an order is not there', async () => {
    const page = await open({ ...anOrder(), id: newId('order') });
    await page.getByRole('heading', { name: 'There is no such order' }).waitFor();
    await shoot(page, 'en-not-found');
  });
});

describe('checkout over HTTP', () => {
  const post = (path: string, headers: Record<string, string>, body = JSON.stringify({ email: EMAIL })) =>
    fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'manual',
    });

  it('answers JSON with the public view', async () => {
    const order = given({ claim: { terminalId: TERMINAL, expiresAt: new Date() } });
    const response = await post(`/checkout/${order.id}/account`, {});
    const view = (await response.json()) as Record<string, unknown>;
    expect(response.status).toBe(200);
    expect(view).toMatchObject({ id: order.id, status: 'pending' });
    expect(Object.keys(view)).not.toEqual(expect.arrayContaining(['claim']));
    const unknown = await post(`/checkout/${order.id}/account`, {}, '{"email":"a@b.example"}');
    expect(await unknown.json()).toMatchObject({ status: 404, code: 'ACCOUNTS.ACCOUNT_NOT_FOUND' });
  });

  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'same-origin', origin: 'null' }, 200],
    [{}, 200],
  ])('judges a post from %j', async (headers, status) => {
    const order = given();
    for (const verb of ['account', 'cancel']) {
      const response = await post(`/checkout/${order.id}/${verb}`, headers as unknown as Record<string, string>);
      expect(response.status).toBe(status);
    }
    await eventually(
      () => gateway.neighbours.callsOf('nameAccount').length === Number(status === 200) || undefined,
      'calls',
    );
  });

  it('is never cached, allows one script by nonce, and keeps its assets for ever', async () => {
    const order = given();
    const pages = await Promise.all([1, 2].map(() => fetch(`${gateway.url}/checkout/${order.id}`)));
    const nonces = pages.map(
      ({ headers }) => /script-src 'nonce-([^']+)'/.exec(headers.get('content-security-policy') ?? '')?.[1],
    );
    expect(nonces[0]).not.toBe(nonces[1]);
    expect(pages[0]?.headers.get('content-security-policy')).not.toMatch(/unsafe|\*/);
    expect(pages[0]?.headers.get('cache-control')).toBe('no-store');
    const text = (await pages[0]?.text()) ?? '';
    expect(text).not.toMatch(/ style=| on\w+=/);
    const assets = [...text.matchAll(/(?:src|href)="(\/checkout\/assets\/[^"]+)"/g)].map(([, address]) => address);
    expect(assets).toHaveLength(2);
    for (const address of assets) {
      const { headers, status } = await fetch(`${gateway.url}${address}`);
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
  });
});
