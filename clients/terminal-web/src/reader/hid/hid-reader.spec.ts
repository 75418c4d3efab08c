import { describe, expect, it } from '@jest/globals';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { indicationSignal } from '../indication-signal.js';
import { ManualClock } from '../reader-clock.js';
import { FakeHid, FakeHidDevice } from './fake-hid.js';
import { sureSwipe } from './fake-sureswipe.js';
import { HidReader, type HidFamily } from './hid-reader.js';
import { HidReaders, HID_READER_KINDS } from './hid-readers.js';
import { magtekSureSwipe } from './magtek-sureswipe.js';
import { WebHidPort } from './webhid-port.js';

const TRACK2 = testTrack2(testCard('unionpay-pin'));
const SIGNAL = indicationSignal('ab'.repeat(32), { amountMinor: '1250', currency: 'CNY' });

const aDevice = (productId = 0x0002): FakeHidDevice => new FakeHidDevice(0x0801, productId);

async function aReader({ armed = true } = {}) {
  const hid = new FakeHid();
  const clock = new ManualClock();
  const device = aDevice();
  hid.pick = device;
  const reader = await new HidReaders({ port: new WebHidPort(hid), clock }).choose('magtek');
  const log: string[] = [];
  reader.on('state', (state) => log.push(state));
  reader.on('fault', ({ code }) => log.push(code));
  reader.on('card', (card) => log.push(card.masked));
  await reader.connect();
  if (armed) await reader.arm(SIGNAL);
  log.length = 0;
  return { hid, clock, device, reader, log };
}

/** Of a family that is slow to arm, and keeps what it is given. */
async function aSlowReader() {
  const told: string[] = [];
  const kept: Uint8Array[] = [];
  let release = (): void => undefined;
  const family: HidFamily = {
    ...magtekSureSwipe,
    protocol: () => ({
      arm: async () => {
        told.push('arm');
        await new Promise<void>((resolve) => (release = resolve));
      },
      disarm: () => Promise.resolve(void told.push('disarm')),
      report: (_reportId, bytes) => void kept.push(bytes),
    }),
  };
  const hid = new FakeHid();
  const device = aDevice();
  hid.plug(device);
  const clock = new ManualClock();
  const reader = new HidReader({ port: new WebHidPort(hid), device, family, clock });
  await reader.connect();
  const arming = reader.arm(SIGNAL);
  await clock.advance(0);
  return { hid, device, reader, told, kept, arming, release: () => release() };
}

describe('HidReaders', () => {
  it('asks the browser for vendor-defined collections of the kind’s vendor', async () => {
    const hid = new FakeHid();
    hid.pick = aDevice(0x2020);
    const reader = await new HidReaders({ port: new WebHidPort(hid) }).choose('dynaflex');
    expect(hid.asked).toEqual([[{ vendorId: 0x0801, usagePage: 0xff00 }]]);
    expect(reader).toMatchObject({ kind: 'dynaflex', label: 'MagTek DynaFlex' });
  });

  it('asks for readers of every vendor when any kind will do, and takes the driver of the chosen device', async () => {
    const hid = new FakeHid();
    hid.pick = new FakeHidDevice(0x0acd, 0x3530);
    const reader = await new HidReaders({ port: new WebHidPort(hid) }).choose();
    expect(hid.asked).toEqual([[0x0801, 0x0acd].map((vendorId) => ({ vendorId, usagePage: 0xff00 }))]);
    expect(reader.kind).toBe('idtech-neo2');
  });

  it('takes a reader that was allowed earlier without asking, and lists it', async () => {
    const hid = new FakeHid();
    hid.plug(aDevice());
    const readers = new HidReaders({ port: new WebHidPort(hid) });
    expect((await readers.choose('magtek')).kind).toBe('magtek');
    expect((await readers.remembered()).map(({ label }) => label)).toEqual(['MagTek SureSwipe']);
    expect(hid.asked).toEqual([]);
  });

  it('throws READER.NOT_CHOSEN when the list is closed, or the choice is of another kind', async () => {
    const hid = new FakeHid();
    const readers = new HidReaders({ port: new WebHidPort(hid) });
    await expect(readers.choose('magtek')).rejects.toMatchObject({ code: 'READER.NOT_CHOSEN' });
    hid.pick = aDevice(0x9999);
    await expect(readers.choose('magtek')).rejects.toMatchObject({ code: 'READER.NOT_CHOSEN' });
  });

  it('throws READER.HID_MISSING where there is no WebHID', () => {
    expect(WebHidPort.isPresent).toBe(false);
    expect(() => new HidReaders()).toThrow(expect.objectContaining({ code: 'READER.HID_MISSING' }));
  });

  it.each([
    [0x0801, 0x0002, 'magtek', 'MagTek SureSwipe'],
    [0x0801, 0x0011, 'magtek', 'MagTek MagneSafe V5'],
    [0x0801, 0x0013, 'magtek', 'MagTek MagneSafe V5'],
    [0x0801, 0x0014, 'magtek', 'MagTek MagneSafe V5'],
    [0x0801, 0x2020, 'dynaflex', 'MagTek DynaFlex'],
    [0x0801, 0x2023, 'dynaflex', 'MagTek DynaFlex'],
    [0x0801, 0x2024, 'dynaflex', 'MagTek DynaFlex'],
    [0x0acd, 0x2010, 'idtech-hid', 'ID TECH SecureHead'],
    [0x0acd, 0x2020, 'idtech-hid', 'ID TECH'],
    [0x0acd, 0x3530, 'idtech-neo2', 'ID TECH ViVOpay'],
  ])('knows %i:%i as %s', async (vendorId, productId, kind, label) => {
    const hid = new FakeHid();
    hid.plug(new FakeHidDevice(vendorId, productId));
    expect(await new HidReaders({ port: new WebHidPort(hid) }).remembered()).toMatchObject([{ kind, label }]);
    expect(HID_READER_KINDS).toContain(kind);
  });

  it('knows a NEO2 reader of another product id by its reports', async () => {
    const inputReports = [1, 2, 3, 4].map((reportId) => ({ reportId, items: [{ reportSize: 8, reportCount: 63 }] }));
    const hid = new FakeHid();
    hid.plug(new FakeHidDevice(0x0acd, 0x4440, [{ inputReports }]));
    hid.plug(new FakeHidDevice(0x0801, 0x4440, [{ inputReports }]));
    hid.plug(new FakeHidDevice(0x0acd, 0x4441, [{ inputReports: inputReports.slice(1) }]));
    expect(await new HidReaders({ port: new WebHidPort(hid) }).remembered()).toMatchObject([{ kind: 'idtech-neo2' }]);
  });
});

describe('HidReader', () => {
  it('reads one card for one signal', async () => {
    const { device, log } = await aReader();
    device.report(sureSwipe(TRACK2));
    expect(log).toEqual(['reading', 'ready', '6225 88•• •••• 0001']);
    device.report(sureSwipe(TRACK2));
    expect(log.slice(3)).toEqual(['READER.NOT_ARMED']);
  });

  it('reads nothing without a signal', async () => {
    const { device, log } = await aReader({ armed: false });
    device.report(sureSwipe(TRACK2));
    expect(log).toEqual(['READER.NOT_ARMED']);
  });

  it('gives up a dead reader after five seconds, and closes it when it opens after all', async () => {
    const { clock, device, reader, log } = await aReader();
    await reader.disconnect();
    let open = (): void => undefined;
    device.openWith = () => new Promise((resolve) => (open = resolve));
    const connecting = reader.connect();
    const failed = expect(connecting).rejects.toMatchObject({ code: 'READER.CONNECT_TIMEOUT' });
    await clock.advance(5_000);
    await failed;
    expect(log.slice(-2)).toEqual(['disconnected', 'READER.CONNECT_TIMEOUT']);
    open();
    await clock.advance(0);
    expect(device.opened).toBe(false);
  });

  it('stops connecting when it is told to', async () => {
    const { device, reader } = await aReader();
    await reader.disconnect();
    device.openWith = () => new Promise(() => undefined);
    const abort = new AbortController();
    const connecting = reader.connect(abort.signal);
    abort.abort();
    await expect(connecting).rejects.toMatchObject({ code: 'READER.CONNECT_CANCELED' });
  });

  it('says READER.CONNECT_FAILED of a reader that cannot be opened or is not there', async () => {
    const { hid, device, reader } = await aReader();
    await reader.disconnect();
    device.openWith = () => Promise.reject(new Error('busy'));
    await expect(reader.connect()).rejects.toMatchObject({ code: 'READER.CONNECT_FAILED' });
    hid.unplug(device);
    await expect(reader.connect()).rejects.toMatchObject({ code: 'READER.CONNECT_FAILED' });
  });

  it('tells that it was unplugged, and is armed again when another device of the model appears', async () => {
    const { hid, clock, device, log } = await aReader();
    hid.unplug(device);
    expect(log).toEqual(['faulted', 'READER.UNPLUGGED']);
    hid.plug(aDevice(0x0011));
    await clock.advance(0);
    expect(log).toHaveLength(2);
    const back = aDevice();
    hid.plug(back);
    await clock.advance(0);
    device.report(sureSwipe(TRACK2));
    expect(log.slice(2)).toEqual(['armed']);
    back.report(sureSwipe(TRACK2));
    expect(log.slice(3)).toEqual(['reading', 'ready', '6225 88•• •••• 0001']);
  });

  it('stays at fault when the device cannot be opened again, until connect()', async () => {
    const { hid, clock, device, reader, log } = await aReader({ armed: false });
    hid.unplug(device);
    const back = aDevice();
    back.openWith = () => Promise.reject(new Error('busy'));
    hid.plug(back);
    await clock.advance(0);
    expect(reader.state).toBe('faulted');
    back.openWith = () => Promise.resolve();
    await reader.connect();
    expect(log.slice(-2)).toEqual(['connecting', 'ready']);
  });

  it('is armed again by connect() too, as long as nobody has disarmed it', async () => {
    const { hid, device, reader, log } = await aReader();
    hid.unplug(device);
    hid.plugged.push(device);
    await reader.connect();
    expect(reader.state).toBe('armed');
    hid.unplug(device);
    await reader.disarm();
    hid.plugged.push(device);
    await reader.connect();
    expect(reader.state).toBe('ready');
    expect(log.filter((entry) => entry === 'READER.UNPLUGGED')).toHaveLength(2);
  });

  it('fails to connect when the device comes out meanwhile', async () => {
    const { hid, clock, device, reader } = await aReader({ armed: false });
    await reader.disconnect();
    let open = (): void => undefined;
    device.openWith = () => new Promise((resolve) => (open = resolve));
    const connecting = reader.connect();
    await clock.advance(0);
    hid.unplug(device);
    open();
    await expect(connecting).rejects.toMatchObject({ code: 'READER.UNPLUGGED' });
    expect([reader.state, hid.listeners]).toEqual(['disconnected', 0]);
  });

  it('says READER.REPORT_INVALID of a report of another size and stays armed', async () => {
    const { device, reader, log } = await aReader();
    device.report(sureSwipe(TRACK2).slice(1));
    expect(log).toEqual(['reading', 'armed', 'READER.REPORT_INVALID']);
    expect(reader.state).toBe('armed');
  });

  it('is not armed when it was disarmed while the reader was still told of the signal', async () => {
    const { reader, told, arming, release } = await aSlowReader();
    const disarming = reader.disarm();
    release();
    await Promise.all([arming, disarming]);
    expect([reader.state, told]).toEqual(['ready', ['arm', 'disarm']]);
  });

  it('wipes a report once it was taken apart', async () => {
    const { device, kept } = await aSlowReader();
    device.report(sureSwipe(TRACK2));
    expect(kept.map((bytes) => bytes.some((byte) => byte !== 0))).toEqual([false]);
  });

  it('hears nothing and holds nothing after disconnect', async () => {
    const { hid, device, reader, log } = await aReader();
    await reader.disconnect();
    device.report(sureSwipe(TRACK2));
    expect(log).toEqual(['disconnected']);
    expect([device.opened, hid.listeners]).toEqual([false, 0]);
    await expect(reader.arm(SIGNAL)).rejects.toMatchObject({ code: 'READER.NOT_CONNECTED' });
  });
});
