import { describe, expect, it } from '@jest/globals';
import { fakeHid } from './page-hid.js';
import { gateway, pages } from './page-rig.js';
import { Refusal } from './refusal.js';
import { addFingerprintReader } from './scripted-biometrics.js';

const reason = (code: string) => pages.page.locator(`[data-testid=reason][data-code="${code}"]`).waitFor();

/** Logged in, with one confirmed order and an armed simulated reader. */
async function atTheReader(): Promise<void> {
  await pages.open();
  await pages.logIn();
  await gateway.push();
  await pages.click('open-order');
  await pages.click('confirm');
  await pages.see('swipe-step');
  await pages.connectSimulatedReader();
}

async function play(scenario: string): Promise<void> {
  await pages.page.selectOption('[data-testid=sim-scenario]', scenario);
  await pages.click('sim-swipe');
}

async function enterPin(): Promise<void> {
  await pages.see('pin-pad');
  for (const key of ['1', '2', '3', '4', '5', '6', 'ok']) await pages.click(`pin-${key}`);
}

describe('a chip card in the simulated reader', () => {
  it('is paid with PIN after it was pulled out too early, and its issuer accepts cryptogram and PIN', async () => {
    await atTheReader();
    await play('chip-early-removal');
    await reason('READER.CARD_REMOVED');
    await enterPin();
    await pages.signByName();
    await pages.see('paid');
    expect(gateway.opened).toMatchObject([{ card: { entryMode: 'contact', readerKind: 'simulated' } }]);
    await pages.click('show-record');
    await pages.see('receipt');
    await pages.checkPage('record-chip');
  }, 60_000);

  it('is paid without PIN where its own list of methods wants none', async () => {
    await atTheReader();
    await play('chip-no-pin');
    await pages.signByName();
    await pages.see('paid');
    expect(gateway.opened[0]?.security.pinBlock).toBeUndefined();
  }, 60_000);

  it('whose PIN is blocked is declined in words', async () => {
    await atTheReader();
    await play('blocked-pin');
    await enterPin();
    await pages.signByName();
    await pages.page.locator('[data-testid=not-paid][data-reason="RISK.CARD_BLOCKED"]').waitFor();
  }, 60_000);
});

describe('a reader with a PIN pad', () => {
  const enterOnReader = async (keys: readonly string[]) => {
    for (const key of keys) await pages.click(`sim-pin-${key}`);
  };

  it('takes the PIN, after it was canceled there once; the page hears none', async () => {
    await atTheReader();
    await play('pin-on-reader');
    await pages.see('reader-pin-step');
    await pages.see('sim-pin-pad');
    await pages.checkPage('reader-pin');
    await pages.click('sim-pin-cancel');
    await reason('READER.PIN_CANCELED');
    await pages.checkPage('reader-pin-again');
    await pages.click('reader-pin-again');
    await enterOnReader(['1', '2', '3', '4', '5', '6', 'ok']);
    await pages.signByName();
    await pages.see('paid');
    expect(gateway.opened[0]?.security).toMatchObject({ pinPad: 'reader', pinKsn: expect.stringMatching(/^4f535034/) });
  }, 60_000);

  it('that will not have it leaves the page’s own pad', async () => {
    await atTheReader();
    await pages.click('sim-has-pin-pad');
    await pages.swipe('unionpay-pin');
    await pages.see('reader-pin-step');
    await pages.click('sim-pin-cancel');
    await pages.click('reader-pin-page');
    await enterPin();
    await pages.signByName();
    await pages.see('paid');
    expect(gateway.opened[0]?.security.pinPad).toBeUndefined();
  }, 60_000);

  it('whose plug is pulled while it asks says so, and asks again', async () => {
    await atTheReader();
    await pages.click('sim-has-pin-pad');
    await pages.swipe('unionpay-pin');
    await pages.see('sim-pin-pad');
    await pages.click('sim-plug');
    await pages.page.locator('[data-testid=reader-pin-step] [data-code="READER.UNPLUGGED"]').first().waitFor();
    await pages.click('sim-plug');
    await pages.click('reader-pin-again');
    await enterOnReader(['1', '2', '3', '4', '5', '6', 'ok']);
    await pages.signByName();
    await pages.see('paid');
  }, 60_000);
});

describe('enrolment', () => {
  it('says what it does while it lasts, and what to do when it fails', async () => {
    let goOn: (error?: Error) => void = () => undefined;
    gateway.beforeEnrolment = () =>
      new Promise((resolve, reject) => {
        goOn = (error) => (error ? reject(error) : resolve());
      });
    await pages.open();
    await pages.page.fill('#email', gateway.account.email);
    await pages.page.fill('#password', gateway.account.password);
    await pages.page.click('button[type=submit]');
    await pages.see('enrolment');
    await pages.checkPage('enrolment');
    goOn(new Refusal(503, 'GATEWAY.UNAVAILABLE'));
    await reason('GATEWAY.UNAVAILABLE');
    await pages.checkPage('enrolment-failed');
    gateway.beforeEnrolment = () => Promise.resolve();
    await pages.page.locator('[data-testid=enrolment] button.primary').click();
    await pages.page.locator('[data-testid=connection][data-state=live]').waitFor();
  }, 60_000);
});

describe('the biometric check', () => {
  it('leads to the registration where nothing is registered, and pays after it', async () => {
    await pages.open();
    await addFingerprintReader(pages.page);
    await pages.logIn();
    await gateway.push();
    await pages.click('open-order');
    await pages.click('confirm');
    await pages.see('swipe-step');
    await pages.connectSimulatedReader();
    await pages.swipe('unionpay-biometric');
    await reason('TERMINAL.BIOMETRIC_UNREGISTERED');
    await pages.checkPage('biometric-unregistered');
    await pages.click('to-biometrics');
    await pages.click('biometrics-register');
    await pages.see('biometric');
    await pages.click('nav-orders');
    await pages.click('open-order');
    await pages.click('confirm');
    await pages.swipe('unionpay-biometric');
    await pages.see('biometric-step');
    await pages.checkPage('biometric-check');
    await pages.click('check-biometric');
    await pages.signByName();
    await pages.see('paid');
    expect(gateway.opened).toHaveLength(1);
    expect(gateway.opened[0]?.security.biometric?.assertion).toContain('authenticatorData');
  }, 90_000);

  it('that was given up can be tried again, or stopped; no KSN is used twice', async () => {
    await pages.open();
    const fingerprint = await addFingerprintReader(pages.page);
    await pages.logIn();
    await pages.goTo('biometrics');
    await pages.click('biometrics-register');
    await pages.see('biometric');
    await pages.click('nav-orders');
    await gateway.push();
    await pages.click('open-order');
    await pages.confirmAndSwipe('unionpay-biometric');
    await fingerprint.setWilling(false);
    await pages.click('check-biometric');
    await reason('TERMINAL.BIOMETRIC_CANCELED');
    await pages.checkPage('biometric-canceled');
    await fingerprint.setWilling(true);
    await pages.click('check-biometric');
    await pages.signByName();
    await pages.see('paid');
  }, 90_000);

  it('is asked for at the next try where only the answer of the platform tells of it', async () => {
    gateway.issuer.tellsTable = false;
    await atTheReader();
    await pages.swipe('unionpay-biometric');
    await pages.signByName();
    await pages.page.locator('[data-testid=not-paid][data-reason="RISK.BIOMETRIC_REQUIRED"]').waitFor();
    await pages.click('pay-again');
    await pages.swipe('unionpay-biometric');
    await pages.see('biometric-step');
  }, 60_000);
});

describe('the chip card reader behind the bridge', () => {
  it('says how to start the bridge where none runs', async () => {
    await pages.open();
    await pages.logIn();
    await gateway.push();
    await pages.click('open-order');
    await pages.click('confirm');
    await pages.click('reader-smart-card');
    await pages.click('reader-connect');
    await reason('READER.BRIDGE_MISSING');
    await pages.see('bridge-start');
    await pages.checkPage('bridge-missing');
  }, 60_000);
});

describe('a reader that wants proof of the platform', () => {
  const MAGNESAFE = 0x0011;
  const readerIs = (state: string) => pages.page.locator(`[data-testid=reader][data-state=${state}]`).waitFor();

  it('that got none can be woken again, and sleeps as soon as its order is not held any more', async () => {
    await pages.open({}, fakeHid);
    await pages.logIn();
    const order = await gateway.push();
    await pages.click('open-order');
    await pages.click('confirm');
    await pages.see('swipe-step');
    await pages.click('reader-usb');
    await pages.page.evaluate((id) => {
      usb.challenges = Array.from({ length: 2 }, () => new Array<number>(26).fill(1));
      usb.plug(id);
    }, MAGNESAFE);
    await pages.click('reader-connect');
    await reason('GATEWAY.UNAVAILABLE');
    await pages.checkPage('reader-asleep');
    gateway.answerReader = () => 'ab'.repeat(16);
    await pages.click('reader-wake');
    await readerIs('armed');
    const held = gateway.orders.get(order.id);
    if (held) gateway.change({ ...held, status: 'canceled' });
    await pages.see('closed');
    await pages.click('nav-account');
    await readerIs('ready');
  }, 60_000);
});

describe('the reader doctor', () => {
  it('tells what the browser allows and what a test swipe read, masked, and sends nothing', async () => {
    await pages.open({ colorScheme: 'dark' });
    await pages.logIn();
    await pages.click('nav-account');
    await pages.click('to-doctor');
    await pages.page.locator('[data-testid=found-bridge][data-finding=no]').waitFor();
    await pages.page.locator('[data-testid=found-keyboard][data-finding=yes]').waitFor();
    await pages.checkPage('doctor');
    await pages.click('reader-simulated');
    await pages.click('reader-connect');
    await pages.click('test-start');
    await pages.swipe('unionpay-pin');
    await pages.see('test-read');
    expect(await pages.page.getByTestId('test-read').textContent()).toContain('6225 88•• •••• 0001');
    await pages.checkPage('doctor-read');
    expect(await pages.page.content()).not.toContain('6225880000000001');
    expect(gateway.submitted).toEqual([]);
    await pages.click('test-start');
    await pages.click('nav-orders');
  }, 60_000);
});

describe('a terminal in bad conditions', () => {
  it('uses no KSN twice in two pages that pay at once', async () => {
    await atTheReader();
    const other = await pages.context.newPage();
    await gateway.push({ payeeName: 'Riverside Books' });
    await other.goto(`${pages.origin}/terminal/`);
    await other.getByTestId('open-order').nth(1).click();
    await other.getByTestId('confirm').click();
    await other.getByTestId('reader-connect').click();
    for (const page of [pages.page, other]) {
      await page.getByTestId('sim-card').selectOption('visa-no-pin');
      await page.getByTestId('sim-swipe').click();
    }
    for (const page of [pages.page, other]) {
      await page.getByTestId('sign-type').click();
      await page.locator('#signature-name').fill('Lin');
    }
    await Promise.all([pages.page, other].map((page) => page.getByTestId('sign-and-pay').click()));
    await Promise.all([pages.page, other].map((page) => page.getByTestId('paid').waitFor()));
    expect(new Set(gateway.submitted.map(({ ksn }) => ksn)).size).toBe(2);
  }, 90_000);

  it('says so when its storage was cleared, and is set up anew after the next log-in', async () => {
    await pages.open();
    await pages.logIn();
    const devTools = await pages.context.newCDPSession(pages.page);
    const dropped = { origin: pages.origin, storageTypes: 'indexeddb' };
    await devTools.send('Storage.clearDataForOrigin', dropped);
    await pages.page.goto(`${pages.origin}/terminal/`);
    await pages.see('notice-keys-gone');
    await pages.checkPage('keys-gone');
    gateway.terminalId = null;
    await pages.logIn();
    await gateway.push();
    await pages.click('open-order');
    await pages.confirmAndSwipe('visa-no-pin');
    await pages.signByName();
    await pages.see('paid');
  }, 90_000);

  it('warns of a clock that is wrong, at once', async () => {
    await pages.open({}, () => {
      const { now } = Date;
      Date.now = () => now() + 3 * 3_600_000;
    });
    await pages.page.fill('#email', gateway.account.email);
    await pages.page.fill('#password', gateway.account.password);
    await pages.page.click('button[type=submit]');
    await pages.see('clock-wrong');
    await pages.checkPage('clock-wrong');
  }, 60_000);
});
