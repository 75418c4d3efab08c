import { describe, expect, it, jest } from '@jest/globals';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { FakeBridge } from '../reader/fake-bridge.js';
import { FakeHid, FakeHidDevice } from '../reader/hid/fake-hid.js';
import { aReport } from '../reader/hid/fake-magnesafe.js';
import { sureSwipe } from '../reader/hid/fake-sureswipe.js';
import { HidReaders } from '../reader/hid/hid-readers.js';
import { WebHidPort } from '../reader/hid/webhid-port.js';
import { indicationSignal } from '../reader/indication-signal.js';
import { KeyboardReader } from '../reader/keyboard-reader.js';
import { PcscBridgeReader } from '../reader/pcsc-bridge-reader.js';
import type { PresentedCard } from '../reader/presented-card.js';
import { keptPairing } from './kept-pairing.js';
import { ReaderPanel } from './reader-panel.js';

const SIGNAL = indicationSignal('ab'.repeat(32), { amountMinor: '1250', currency: 'CNY' });
const SURE_SWIPE = 0x0002;
const MAGNE_SAFE = 0x0011;

/** A panel of which the person chose the USB entry, and picks a MagTek reader of this product id. */
async function aPanel(productId?: number) {
  const hid = new FakeHid();
  const device = new FakeHidDevice(0x0801, productId ?? SURE_SWIPE);
  if (productId !== undefined) hid.pick = device;
  const kept = new Map<string, string>();
  const texts = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const usb = jest.fn(() => new HidReaders({ port: new WebHidPort(hid) }).choose());
  const keyboard = async () => new KeyboardReader({ target: new EventTarget() });
  const panel = new ReaderPanel({ usb, keyboard }, texts, () => ({ play: () => undefined, stop: () => undefined }));
  panel.offer(['usb', 'keyboard']);
  await panel.choose('usb');
  const cards: PresentedCard[] = [];
  const arm = () => panel.arm(SIGNAL, (card) => cards.push(card));
  return { hid, device, panel, cards, arm, usb };
}

/** Until the promises of a turn are through. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('ReaderPanel', () => {
  it('brings the driver of whatever USB reader was picked, and reads its card', async () => {
    const { device, panel, cards, arm } = await aPanel(SURE_SWIPE);
    await arm();
    await panel.connect();
    expect([panel.driver.value?.kind, panel.state.value]).toEqual(['magtek', 'armed']);
    device.report(sureSwipe(testTrack2(testCard('unionpay-pin'))));
    expect(cards.map(({ masked }) => masked)).toEqual(['6225 88•• •••• 0001']);
  });

  it('takes a card that its reader encrypted, once', async () => {
    const { device, panel, cards, arm } = await aPanel(MAGNE_SAFE);
    await panel.connect();
    await arm();
    device.report(aReport());
    device.report(aReport());
    await settled();
    expect(cards).toEqual([expect.objectContaining({ readerProtected: true, readerKind: 'magtek' })]);
    expect(panel.state.value).toBe('ready');
  });

  it('shows why a reader was not woken, whether it was connected before the order or after', async () => {
    const { device, panel, arm } = await aPanel(MAGNE_SAFE);
    await panel.connect();
    device.featureAnswer = [7, 0];
    await arm();
    expect([panel.fault.value, panel.state.value]).toEqual(['READER.REFUSED', 'ready']);
    await panel.disconnect();
    await panel.connect();
    expect([panel.fault.value, panel.sleeps]).toEqual(['READER.REFUSED', true]);
    device.featureAnswer = [0, 0];
    await panel.wake();
    expect([panel.fault.value, panel.sleeps, panel.state.value]).toEqual([undefined, false, 'armed']);
  });

  it('says that none was chosen, and lets the person connect again', async () => {
    const { hid, device, panel } = await aPanel();
    await panel.connect();
    expect([panel.fault.value, panel.state.value]).toEqual(['READER.NOT_CHOSEN', 'disconnected']);
    hid.pick = device;
    await panel.connect();
    expect([panel.fault.value, panel.state.value]).toEqual([undefined, 'ready']);
  });

  it('asks the browser once however often one clicks, and drops what was picked too late', async () => {
    const { panel, usb } = await aPanel(SURE_SWIPE);
    const connecting = [panel.connect(), panel.connect()];
    expect([usb.mock.calls.length, panel.state.value]).toEqual([1, 'connecting']);
    await panel.choose('keyboard');
    await Promise.all(connecting);
    expect([panel.driver.value, panel.state.value]).toEqual([undefined, 'disconnected']);
  });

  it('pairs with the bridge of a chip card reader by its code, and then takes a chip card', async () => {
    const bridge = new FakeBridge();
    const kept = new Map<string, string>();
    const texts = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    const chip = async () => new PcscBridgeReader({ openSocket: bridge.openSocket, pairing: keptPairing(texts) });
    const player = { play: () => undefined, stop: () => undefined };
    const panel = new ReaderPanel({ 'smart-card': chip }, texts, () => player);
    await panel.choose('smart-card');
    await panel.connect();
    expect([panel.fault.value, panel.pairs, panel.connected]).toEqual(['READER.PAIRING_NEEDED', true, false]);
    await panel.pair('12345678');
    expect([panel.fault.value, panel.state.value]).toEqual([undefined, 'ready']);
    const read = new Promise<PresentedCard>((resolve) => void panel.arm(SIGNAL, resolve));
    bridge.insert('unionpay-chip-pin');
    expect(await read).toMatchObject({ entryMode: 'contact', readerKind: 'smart-card' });
    await panel.disconnect();
    await panel.connect();
    expect(bridge.log).toContain('pair token');
    await panel.disconnect();
  });
});
