import { describe, expect, it } from '@jest/globals';
import { toHex, type Bytes } from '@openswipe/card';
import { DomainError } from '@openswipe/kernel';
import { indicationSignal, type IndicationSignal } from '../indication-signal.js';
import { ManualClock } from '../reader-clock.js';
import type { ReaderEvents } from '../reader-driver.js';
import { FakeHid, FakeHidDevice } from './fake-hid.js';
import { aReport, collections, hex, SESSION } from './fake-magnesafe.js';
import { HidReaders, type HidReadersOptions } from './hid-readers.js';
import { WebHidPort, type HidCollection } from './webhid-port.js';

const DIGEST = '0123456789abcdef'.repeat(4);
const SIGNAL = indicationSignal(DIGEST, { amountMinor: '1250', currency: 'CNY' });

async function aReader(options: HidReadersOptions & { productId?: number; layout?: readonly HidCollection[] } = {}) {
  const { productId = 0x0011, layout = collections(), ...rest } = options;
  const hid = new FakeHid();
  const device = new FakeHidDevice(0x0801, productId, layout);
  hid.plug(device);
  const reader = await new HidReaders({ port: new WebHidPort(hid), clock: new ManualClock(), ...rest }).choose(
    'magtek',
  );
  const log: string[] = [];
  const cards: ReaderEvents['protectedCard'][] = [];
  reader.on('fault', ({ code }) => log.push(code));
  reader.on('protectedCard', (card) => cards.push(card));
  reader.on('card', (card) => log.push(card.masked));
  return { hid, device, reader, log, cards };
}

/** Security level 4: what it sends for any card while it is not in its authenticated mode. */
const DARK = aReport({ 4: [0], 493: [0x00, 0x0e] });

/** Has the device want proof, and end its authenticated mode with each swipe. */
function wantsProof(device: FakeHidDevice): (report: Bytes) => void {
  let isAuthenticated = false;
  device.onFeature = ([number]) => {
    isAuthenticated ||= number === 0x11;
    device.featureAnswer = number === 0x10 ? [0, 26, ...new Array<number>(26).fill(1)] : [0, 0];
  };
  return (report) => {
    const shown = isAuthenticated ? report : DARK;
    isAuthenticated = false;
    device.report(shown);
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the MagneSafe V5 driver', () => {
  it('asks for the KSN, then sets the session id to the first 8 bytes of the order digest', async () => {
    const { device, reader } = await aReader();
    await reader.connect();
    await reader.arm(SIGNAL);
    expect(device.log).toEqual(['feature 0 09', `feature 0 0a08${DIGEST.slice(0, 16)}`]);
    expect(reader.state).toBe('armed');
  });

  it('sends commands of the length and report id that the descriptor gives', async () => {
    const { device, reader } = await aReader({ layout: collections({ reportId: 1 }) });
    const lengths: number[] = [];
    device.onFeature = ({ length }) => lengths.push(length);
    device.featureAnswer = [1, 0, 0];
    await reader.connect();
    expect([device.log, lengths]).toEqual([['feature 1 09'], [24]]);
  });

  it('reports the card as the reader encrypted it, once', async () => {
    const { device, reader, log, cards } = await aReader();
    await reader.connect();
    await reader.arm(SIGNAL);
    device.report(aReport());
    expect(cards).toMatchObject([
      { masked: '6225 •••• •••• 0001', entryMode: 'magstripe', readerKind: 'magtek', readerProtected: true },
    ]);
    expect(cards[0]?.protectedTrack.sessionId).toBe(toHex(SESSION));
    expect(reader.state).toBe('ready');
    device.report(aReport());
    expect([log, cards.length]).toEqual([['READER.NOT_ARMED'], 1]);
  });

  it('knows a reader of another product id by the fields of its report', async () => {
    const { reader } = await aReader({ productId: 0x4711 });
    expect(reader.label).toBe('MagTek MagneSafe V5');
  });

  it('falls back to the published table when the descriptor places nothing', async () => {
    const { device, reader, cards, log } = await aReader({ layout: [] });
    await reader.connect();
    await reader.arm(SIGNAL);
    device.report(aReport({}, 800));
    expect(log).toEqual(['READER.REPORT_INVALID']);
    device.report(aReport({}, 856));
    expect(cards).toHaveLength(1);
  });

  it('is not armed when the reader refuses the session id', async () => {
    const { device, reader, log } = await aReader();
    await reader.connect();
    device.featureAnswer = [7, 0];
    await expect(reader.arm(SIGNAL)).rejects.toMatchObject({ code: 'READER.REFUSED' });
    expect([reader.state, log]).toEqual(['ready', ['READER.REFUSED']]);
  });

  it('connects to a reader without keys, but not to one whose keys are used up', async () => {
    const { device, reader } = await aReader();
    device.featureAnswer = [7, 0];
    await reader.connect();
    await reader.disconnect();
    device.featureAnswer = [0x80, 0];
    await expect(reader.connect()).rejects.toMatchObject({ code: 'READER.KEYS_EXHAUSTED' });
    expect(device.opened).toBe(false);
  });

  it('passes over the failed half of an insertion', async () => {
    const { device, reader, log, cards } = await aReader({ productId: 0x0013 });
    await reader.connect();
    await reader.arm(SIGNAL);
    device.report(aReport({ 1: [1], 343: [1] }));
    expect(log).toEqual([]);
    device.report(aReport({ 343: [0] }));
    expect(cards).toHaveLength(1);
  });

  it('binds no swipe to the order before, while it changes orders', async () => {
    const { device, reader, cards, log } = await aReader();
    await reader.connect();
    await reader.arm(SIGNAL);
    const next = indicationSignal('ef'.repeat(32), { amountMinor: '1', currency: 'CNY' });
    const arming = reader.arm(next);
    device.report(aReport());
    await arming;
    expect([cards.length, log]).toEqual([0, ['READER.NOT_ARMED']]);
    expect(device.log.at(-1)).toBe(`feature 0 0a08${'ef'.repeat(8)}`);
  });

  it('lets the platform answer the reader’s challenge where it can', async () => {
    const asked: unknown[] = [];
    const authenticator = {
      reply: (challenge: unknown, { sessionId }: IndicationSignal) => {
        asked.push(challenge, sessionId);
        return Promise.resolve(hex('aa'.repeat(16)));
      },
    };
    const { device, reader } = await aReader({ authenticator });
    await reader.connect();
    device.onFeature = ([number]) => {
      const challenge = [...hex('ffff012345678000000398 45a48b7ed3c29479875fd403fa8543'.replace(' ', ''))];
      device.featureAnswer = number === 0x10 ? [0, challenge.length, ...challenge] : [0, 0];
    };
    await reader.arm(SIGNAL);
    expect(device.log.slice(1)).toEqual(['feature 0 10', `feature 0 1110${'aa'.repeat(16)}`]);
    const [ksn, challenge1, challenge2] = [
      hex('ffff0123456780000003'),
      hex('9845a48b7ed3c294'),
      hex('79875fd403fa8543'),
    ];
    expect(asked).toEqual([{ ksn, challenge1, challenge2 }, DIGEST.slice(0, 16)]);
    expect(reader.abilities.light).toBe(true);
  });

  it('is woken again after a bad swipe, which ends the authenticated mode, and the next swipe is a card', async () => {
    const { device, reader, log, cards } = await aReader({
      authenticator: { reply: async () => hex('aa'.repeat(16)) },
    });
    const swipe = wantsProof(device);
    await reader.connect();
    await reader.arm(SIGNAL);
    swipe(aReport({ 1: [1] }));
    expect([log, reader.state]).toEqual([['READER.TRACK2_UNREADABLE'], 'armed']);
    await settled();
    swipe(aReport());
    expect([cards.length, log.length, reader.state]).toEqual([1, 1, 'ready']);
    expect(device.log.map((entry) => entry.slice(10, 12))).toEqual(['09', '10', '11', '10', '11']);
  });

  it('is woken again by a swipe that found it dark, as when its time has passed', async () => {
    const { device, reader, log, cards } = await aReader({
      authenticator: { reply: async () => hex('aa'.repeat(16)) },
    });
    const swipe = wantsProof(device);
    await reader.connect();
    await reader.arm(SIGNAL);
    swipe(DARK);
    await settled();
    swipe(aReport());
    expect([log, cards.length]).toEqual([['READER.REFUSED'], 1]);
  });

  it('sleeps where the platform answers it no more, says why, and is not woken for an order that was left', async () => {
    let refuse = false;
    const authenticator = {
      reply: async () => {
        if (refuse) throw new DomainError('ORDERS.NOT_CLAIMED', 'The terminal must claim the order first');
        return hex('aa'.repeat(16));
      },
    };
    const { device, reader, log } = await aReader({ authenticator });
    const swipe = wantsProof(device);
    await reader.connect();
    await reader.arm(SIGNAL);
    refuse = true;
    swipe(aReport({ 1: [1] }));
    await settled();
    expect([log, reader.state]).toEqual([['READER.TRACK2_UNREADABLE', 'ORDERS.NOT_CLAIMED'], 'ready']);
    refuse = false;
    await reader.arm(SIGNAL);
    const sent = device.log.length;
    swipe(aReport({ 1: [1] }));
    await reader.disarm();
    await settled();
    expect([device.log.length, reader.state]).toEqual([sent, 'ready']);
  });

  it.each([
    ['delayed against guessing', [5, 0]],
    ['failed', [1, 0]],
  ])('is not armed by the session id where the proof was %s', async (_, featureAnswer) => {
    const { device, reader } = await aReader({ authenticator: { reply: async () => hex('aa'.repeat(16)) } });
    await reader.connect();
    device.onFeature = ([number]) => {
      device.featureAnswer = number === 0x10 ? featureAnswer : [0, 0];
    };
    await expect(reader.arm(SIGNAL)).rejects.toMatchObject({ code: 'READER.REFUSED' });
    expect([device.log.at(-1), reader.state]).toEqual(['feature 0 10', 'ready']);
  });

  it.each([
    ['the reader has no authenticated mode at its level', [7, 0], hex('aa'.repeat(16))],
    ['there is no order to prove anything for', [0, 26, ...new Array<number>(26).fill(1)], undefined],
  ])('sets the session id where %s', async (_, featureAnswer, reply) => {
    const { device, reader } = await aReader({ authenticator: { reply: () => Promise.resolve(reply) } });
    await reader.connect();
    device.onFeature = ([number]) => {
      device.featureAnswer = number === 0x10 ? featureAnswer : [0, 0];
    };
    await reader.arm(SIGNAL);
    expect(device.log.slice(1)).toEqual(['feature 0 10', `feature 0 0a08${DIGEST.slice(0, 16)}`]);
    expect(reader.state).toBe('armed');
  });

  it('is not armed for a reader that was reported lost, and says so', async () => {
    const lost = () => Promise.reject(new DomainError('ACCOUNTS.READER_LOST', 'lost'));
    const { device, reader } = await aReader({ authenticator: { reply: lost } });
    await reader.connect();
    device.onFeature = ([number]) => {
      device.featureAnswer = number === 0x10 ? [0, 26, ...new Array<number>(26).fill(1)] : [0, 0];
    };
    await expect(reader.arm(SIGNAL)).rejects.toMatchObject({ code: 'ACCOUNTS.READER_LOST' });
    expect(reader.state).toBe('ready');
  });

  it.each([
    ['as the manual’s example has it', [0, 3, 0x31, 0x32, 0x33], '123'],
    ['or none', [0, 0], undefined],
    ['or that it refuses', [1, 0], undefined],
    ['and nothing that cannot be printed', [0, 2, 0x31, 0x07], undefined],
  ])('tells its serial number, %s', async (_, answer, expected) => {
    const { device, reader } = await aReader();
    await reader.connect();
    device.featureAnswer = answer;
    expect(await reader.serialNumber?.()).toBe(expected);
    expect(device.log.at(-1)).toBe('feature 0 000103');
  });
});
