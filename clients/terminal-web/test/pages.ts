import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@jest/globals';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

const ROOM = fileURLToPath(new URL('..', import.meta.url));
const SCREENSHOTS = join(ROOM, 'screenshots');
/** Rules of colour do not depend on the language: two looks cover all there is. */
const LOOKS = [
  { language: 'en', colorScheme: 'light', width: 1280 },
  { language: 'zh-CN', colorScheme: 'dark', width: 360 },
] as const;
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Builds the pages as they are shipped, in a folder of their own; the caller removes it. */
export async function buildPages(): Promise<string> {
  const vite = fileURLToPath(new URL('../../../node_modules/vite/bin/vite.js', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'terminal-pages-'));
  await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', folder, '--logLevel', 'error'], {
    cwd: ROOM,
  });
  return folder;
}

export function launchBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'];
  return chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args });
}

/** A person at the terminal. */
export class TerminalPages {
  context!: BrowserContext;
  page!: Page;
  /** What the browser complained of: errors of the page and of its content security policy. */
  readonly complaints: string[] = [];

  constructor(
    private readonly browser: Browser,
    readonly origin: string,
    private readonly account: { readonly email: string; readonly password: string },
  ) {
    mkdirSync(SCREENSHOTS, { recursive: true });
  }

  /** `inPage` runs in the page before its own scripts. */
  async open(options: BrowserContextOptions = {}, inPage: () => void = () => undefined): Promise<void> {
    const viewport = { width: 1280, height: 900 };
    this.context = await this.browser.newContext({ locale: 'zh-CN', viewport, ...options });
    await this.context.addInitScript(inPage);
    this.page = await this.context.newPage();
    this.page.setDefaultTimeout(10_000);
    this.page.on('pageerror', (error) => this.complaints.push(String(error)));
    this.page.on('console', (message) => {
      if (/Content Security Policy|Refused to/.test(message.text())) this.complaints.push(message.text());
    });
    await this.page.goto(`${this.origin}/terminal/`);
  }

  see(testId: string): Promise<void> {
    return this.page.getByTestId(testId).first().waitFor();
  }

  click(testId: string): Promise<void> {
    return this.page.getByTestId(testId).first().click();
  }

  /** As by a link: inside the page, without loading it again. */
  async goTo(path: string): Promise<void> {
    await this.page.evaluate((to) => {
      history.pushState(null, '', `/terminal/${to}`);
      dispatchEvent(new PopStateEvent('popstate'));
    }, path);
  }

  async logIn(): Promise<void> {
    await this.page.fill('#email', this.account.email);
    await this.page.fill('#password', this.account.password);
    await this.page.click('button[type=submit]');
    await this.page.locator('[data-testid=connection][data-state=live]').waitFor({ timeout: 15_000 });
  }

  async connectSimulatedReader(): Promise<void> {
    await this.click('reader-simulated');
    await this.click('reader-connect');
    await this.page.locator('[data-testid=reader][data-state=armed]').waitFor();
    await this.see('simulated-reader');
  }

  /** Of a page that opened with `fakeHid`: plugs a MagTek reader in, connects it, and lets it send one report. */
  async useUsbReader(productId: number, report: Uint8Array): Promise<void> {
    await this.page.evaluate((id) => usb.plug(id), productId);
    await this.click('reader-connect');
    await this.page.locator('[data-testid=reader][data-state=armed]').waitFor();
    await this.page.evaluate((bytes) => usb.report(bytes), [...report]);
  }

  async swipe(card: string): Promise<void> {
    await this.see('simulated-reader');
    await this.page.selectOption('[data-testid=sim-card]', card);
    await this.click('sim-swipe');
  }

  async confirmAndSwipe(card: string): Promise<void> {
    await this.click('confirm');
    await this.see('swipe-step');
    if (await this.page.getByTestId('reader-connect').isVisible()) await this.connectSimulatedReader();
    await this.swipe(card);
  }

  async signByName(): Promise<void> {
    await this.see('signature-step');
    await this.click('sign-type');
    await this.page.fill('#signature-name', 'Lin');
    await this.click('sign-and-pay');
  }

  async signByHand(): Promise<void> {
    const box = await this.page.getByTestId('signature-area').boundingBox();
    const at = (step: number) => [(box?.x ?? 0) + 40 + step * 20, (box?.y ?? 0) + 60 + (step % 3) * 25] as const;
    await this.page.mouse.move(...at(0));
    await this.page.mouse.down();
    for (let step = 1; step < 12; step++) await this.page.mouse.move(...at(step));
    await this.page.mouse.up();
  }

  /** In both languages, light and dark, wide and narrow: WCAG rules, no sideways scrolling, pictures. */
  async checkPage(name: string): Promise<void> {
    for (const { language, colorScheme, width } of LOOKS) {
      await this.page.emulateMedia({ colorScheme });
      await this.page.setViewportSize({ width, height: 900 });
      await this.click(`language-${language}`);
      await this.page.waitForFunction((lang) => document.documentElement.lang === lang, language);
      const { violations } = await new AxeBuilder({ page: this.page }).withTags(WCAG).analyze();
      expect(violations.map(({ id, nodes }) => [name, language, id, nodes.map(({ html }) => html)])).toEqual([]);
      await this.shoot(`${name}-${language}`);
    }
    await this.page.emulateMedia({ colorScheme: null });
  }

  async shoot(name: string): Promise<void> {
    for (const width of [1280, 360]) {
      await this.page.setViewportSize({ width, height: width === 360 ? 740 : 900 });
      const overflow = await this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect([name, width, overflow <= 0]).toEqual([name, width, true]);
      await this.page.screenshot({ path: join(SCREENSHOTS, `${name}-${width}.png`), fullPage: true });
    }
    await this.page.setViewportSize({ width: 1280, height: 900 });
  }
}
