import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { Person } from './platform.js';

const LIMIT_MS = 20_000;
const PHONE = { width: 360, height: 740 };

const SHIFT = 8;

/** The key that gives a character of track 2 on a US keyboard, with Shift where a person would need it. */
function keyOf(character: string): { readonly code: string; readonly key: string; readonly modifiers: number } {
  if (character === ';') return { code: 'Semicolon', key: ';', modifiers: 0 };
  if (character === '=') return { code: 'Equal', key: '=', modifiers: 0 };
  if (character === '?') return { code: 'Slash', key: '?', modifiers: SHIFT };
  if (character === '\n') return { code: 'Enter', key: 'Enter', modifiers: 0 };
  return { code: `Digit${character}`, key: character, modifiers: 0 };
}

/** The real browser of the system. `microphone` is a WAV file that plays as its microphone. */
export const launch = (microphone?: string): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--no-first-run', '--autoplay-policy=no-user-gesture-required'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...(microphone
        ? [
            '--use-fake-ui-for-media-stream',
            '--use-fake-device-for-media-stream',
            `--use-file-for-fake-audio-capture=${microphone}`,
          ]
        : []),
    ],
  });

/** The web terminal as a person uses it on a phone: by what is on the screen only. */
export class TerminalPage {
  private constructor(
    readonly page: Page,
    readonly context: BrowserContext,
  ) {}

  static async open(browser: Browser, gateway: { readonly url: string }, locale = 'en'): Promise<TerminalPage> {
    const context = await browser.newContext({ locale, viewport: PHONE, permissions: ['microphone'] });
    const page = await context.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    await page.goto(`${gateway.url}/terminal/`);
    return new TerminalPage(page, context);
  }

  see(testId: string): Promise<void> {
    return this.page.getByTestId(testId).first().waitFor();
  }

  click(testId: string): Promise<void> {
    return this.page.getByTestId(testId).first().click();
  }

  seeReason(code: string): Promise<void> {
    return this.page.locator(`[data-code="${code}"]`).first().waitFor();
  }

  async enterLogIn({ email, password }: Person): Promise<void> {
    await this.page.fill('#email', email);
    await this.page.fill('#password', password);
    await this.page.click('button[type=submit]');
  }

  /** Logs in; the terminal enrols itself the first time. */
  async logIn(person: Person): Promise<void> {
    await this.enterLogIn(person);
    await this.page.locator('[data-testid=connection][data-state=live]').waitFor();
  }

  openOrder(id: string): Promise<void> {
    return this.page.locator(`[data-order-id="${id}"] [data-testid=open-order]`).click();
  }

  /** Confirms the order that is open and connects the reader, if it is not connected yet. */
  async confirm(reader: 'keyboard' | 'audio-jack' | 'simulated'): Promise<void> {
    await this.click('confirm');
    await this.see('swipe-step');
    await this.connect(reader);
  }

  async connect(reader: 'keyboard' | 'audio-jack' | 'simulated'): Promise<void> {
    const connect = this.page.getByTestId('reader-connect');
    if (!(await connect.isVisible())) return;
    await this.click(`reader-${reader}`);
    if (await connect.isVisible()) await connect.click();
    await this.page
      .locator('[data-testid=reader]')
      .and(this.page.locator('[data-state=armed],[data-state=reading]'))
      .waitFor();
  }

  /** As a keyboard-emulating reader types: all keys in one burst, waiting for none, with Enter at the end. */
  async typeSwipe(track2: string): Promise<void> {
    const device = await this.context.newCDPSession(this.page);
    const presses = [...track2, '\n'].flatMap((character) => {
      const stroke = keyOf(character);
      const text = stroke.key === 'Enter' ? '\r' : stroke.key;
      return [
        device.send('Input.dispatchKeyEvent', { type: 'keyDown', text, ...stroke }),
        device.send('Input.dispatchKeyEvent', { type: 'keyUp', ...stroke }),
      ];
    });
    await Promise.all(presses);
    await device.detach();
  }

  async enterPin(pin: string): Promise<void> {
    await this.see('pin-pad');
    for (const digit of pin) await this.click(`pin-${digit}`);
    await this.click('pin-ok');
  }

  async sign(): Promise<void> {
    await this.see('signature-step');
    await this.click('sign-type');
    await this.page.fill('#signature-name', 'Demo');
    await this.click('sign-and-pay');
  }

  seeNotPaid(reasonCode: string): Promise<void> {
    return this.page.locator(`[data-testid=not-paid][data-reason="${reasonCode}"]`).waitFor();
  }
}
