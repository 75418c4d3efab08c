import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readChip } from '@openswipe/card/emv';
import { verifyCryptogram } from '@openswipe/card/emv/issuer';
import { TEST_ISSUER_KEY } from '@openswipe/card/emv/test-chip';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { loadPcsc } from '../src/pcsc/pcsc.js';
import { ABridge } from './a-bridge.js';
import { APage } from './a-page.js';
import { missingForVirtualSlot, VirtualSlot } from './virtual-slot.js';

const ROOM = join(import.meta.dirname, '..');
const ORIGIN = 'https://pay.test';
const PAYMENT = {
  ...{ amountMinor: '12850', currency: 'CNY', country: '156', date: '261125', time: '093000' },
  unpredictableNumber: Uint8Array.of(1, 2, 3, 4),
};

const missing = missingForVirtualSlot() || (loadPcsc() === undefined ? 'the package smartcard' : '');
const isRequired = process.env['OPENSWIPE_PCSC'] === 'required';
if (missing !== '') {
  console.warn(
    `NOT TESTED: the bridge on a real PC/SC service. Missing: ${missing}. ` +
      'On Debian: apt-get install -y pcscd vsmartcard-vpcd libpcsclite-dev iproute2, then npm rebuild smartcard. ' +
      'With OPENSWIPE_PCSC=required this is a failure.',
  );
}

(missing === '' || isRequired ? describe : describe.skip)('the bridge on pcscd with a virtual reader', () => {
  let slot: VirtualSlot;
  let bridge: ABridge;
  let page: APage;

  beforeAll(async () => {
    if (missing !== '') throw new Error(`Missing: ${missing}`);
    // Bridge and card run as processes of their own, compiled.
    execFileSync(join(ROOM, '../../node_modules/.bin/tsc'), ['-b', ROOM, join(ROOM, '../../packages/card')]);
    slot = new VirtualSlot();
    bridge = new ABridge(ORIGIN, { PCSCLITE_CSOCK_NAME: slot.socket });
    await bridge.says(/Reader: Virtual slot/);
    page = await APage.open(await bridge.port(), { origin: ORIGIN });
    expect(await page.pair({ code: await bridge.code() })).toMatchObject({ type: 'paired', card: false });
  }, 120_000);
  afterEach(async () => {
    page.received.length = 0;
    slot.remove();
    if ((await page.ask({ type: 'release' })).type !== 'done') throw new Error('not released');
    await untilCard(false);
  });
  afterAll(async () => {
    page?.socket.terminate();
    expect(await bridge?.close()).toBe(0);
    await slot?.close();
  });

  let isCardIn = false;
  async function untilCard(wanted: boolean): Promise<void> {
    while (isCardIn !== wanted) isCardIn = (await page.next(({ type }) => type === 'state'))['card'] === true;
  }
  const insert = async (name: string, options: object = {}) => {
    slot.insert(name, options);
    await untilCard(true);
  };
  const card = {
    transmit: async (command: Uint8Array) => {
      const answer = await page.transmit(Buffer.from(command).toString('hex'));
      if (answer.startsWith('BRIDGE')) throw new Error(answer);
      return Uint8Array.from(Buffer.from(answer, 'hex'));
    },
  };

  it.each([
    ['T=1', 'unionpay-pin', { byteProtocol: false }],
    ['T=0', 'unionpay-pin', { byteProtocol: true }],
    ['T=1, no directory', 'visa-no-pin', { directory: false }],
    ['T=0, no directory, format 1', 'visa-no-pin', { byteProtocol: true, directory: false, format: 1 }],
  ])('reads a card (%s) and gets a cryptogram that its issuer accepts', async (_, name, options) => {
    await insert(name, { counter: 7, ...options });
    expect(await page.ask({ type: 'open' })).toMatchObject({ type: 'done' });
    const chip = await readChip(card, PAYMENT);
    expect(chip.track2.raw.reveal('compare')).toBe(testTrack2(testCard(name)));
    expect(chip.cryptogram.atc).toBe('0008');
    expect(verifyCryptogram(TEST_ISSUER_KEY, chip.track2.pan, chip.field55.reveal('verify'))).toBe(true);
  });

  it('tells that the card was taken out in the middle', async () => {
    await insert('unionpay-pin', { removeAt: 4 });
    await page.ask({ type: 'open' });
    await expect(readChip(card, PAYMENT)).rejects.toThrow('BRIDGE.CARD_REMOVED');
  });

  it('never says anything about the card in its window', () => {
    expect(bridge.said).not.toContain(testCard('unionpay-pin').pan);
    expect(bridge.said).not.toMatch(/[0-9a-f]{16}/);
  });

  it('waits for the service, and finds it again when it was restarted', async () => {
    const first = new VirtualSlot();
    const waiting = new ABridge(ORIGIN, { PCSCLITE_CSOCK_NAME: first.socket });
    await waiting.says(/Reader: Virtual slot(?![^]*Reader: none)/);
    await first.close();
    await waiting.says(/not there yet[^]*Reader: none|Reader: none[^]*not there yet/);
    const second = new VirtualSlot(first.folder);
    await waiting.says(/Reader: none[^]*service: there[^]*Reader: Virtual slot/);
    second.insert('visa-no-pin');
    await waiting.says(/Card: in/);
    expect(await waiting.close()).toBe(0);
    await second.close();
  });

  it('ends with a sentence when it is told of no page', async () => {
    const wrong = new ABridge('*', {});
    expect(await wrong.says(/is no origin/)).toBe('is no origin');
    expect(await wrong.ended).toBe(1);
  });
});
