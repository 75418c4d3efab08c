import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Openswipe, type Order } from '@openswipe/sdk';
import { TerminalApi } from '@openswipe/terminal-web';
import { HeadlessTerminal } from '../tools/stack/headless-terminal.mjs';
import { findRunning } from '../tools/stack/running.mjs';

const PASSWORD = 'a-long-enough-password';

export interface Person {
  readonly email: string;
  readonly password: string;
}

/** The stack that the e2e task has started, seen from outside: shops, people, terminals. */
export class Platform {
  readonly running = findRunning();
  readonly url = this.running.url;
  readonly seed = JSON.parse(readFileSync(join(this.running.dataDir, 'seed.json'), 'utf8'));
  readonly merchant = new Openswipe({ secretKey: this.seed.merchant.secretKey, baseUrl: this.url });

  /** A new account of this test's own, so that tests do not see each other's orders. */
  async register(name: string, locale: 'en' | 'zh-CN' = 'en'): Promise<Person> {
    const email = `${name}-${randomBytes(4).toString('hex')}@openswipe.example`;
    const bankAccount = { bankCode: '102100099996', accountNumber: '6222020200000000009', holder: name };
    const registration = { email, password: PASSWORD, displayName: name, locale, bankAccount };
    await new TerminalApi({ baseUrl: this.url }).register(registration);
    return { email, password: PASSWORD };
  }

  /** A terminal without pages; each call enrols a new one. */
  terminal(logIn: Person): Promise<HeadlessTerminal> {
    return HeadlessTerminal.open({ url: this.url, folder: mkdtempSync(join(tmpdir(), 'terminal-')), logIn });
  }

  /** An order of the demo shop for this account. */
  order(account: Person, more: { amountMinor?: string; expiresInSeconds?: number } = {}): Promise<Order> {
    const { amountMinor = '12800', ...rest } = more;
    return this.merchant.createOrder({
      amountMinor,
      currency: 'CNY',
      lines: [{ name: 'Longjing green tea', quantity: 1, unitAmountMinor: amountMinor }],
      returnUrl: `${this.running.shopUrl}/thanks`,
      account: account.email,
      ...rest,
    });
  }

  orderIn(id: string, status: string): Promise<Order> {
    return eventually(`order ${id} ${status}`, async () => {
      const order = await this.merchant.getOrder(id);
      return order.status === status ? order : undefined;
    });
  }
}

/** Polls until `probe` gives something; the error says what was waited for. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined>, limitMs = 20_000): Promise<T> {
  for (const end = Date.now() + limitMs; ; await delay(50)) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms for: ${what}`);
  }
}
