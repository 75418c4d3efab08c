import { describe, expect, it } from '@jest/globals';
import { encodeTlv, fromHex, toHex, type Bytes } from '@openswipe/card';
import { indicationSignal } from '../indication-signal.js';
import { ManualClock } from '../reader-clock.js';
import type { ReaderEvents } from '../reader-driver.js';
import { FakeHid, FakeHidDevice } from './fake-hid.js';
import { cardData } from './fake-idtech.js';
import { answerAsNeo2, neo2Response, neo2Swipe } from './fake-neo2.js';
import { HidReaders } from './hid-readers.js';
import { parseNeo2Card } from './neo2-card.js';
import { Neo2Assembler, neo2Command, neo2Reports, parseNeo2 } from './neo2-frame.js';
import { WebHidPort } from './webhid-port.js';

const SIGNAL = indicationSignal('ab'.repeat(32), { amountMinor: '1250', currency: 'CNY' });
const MASKED = ';6225********0001=3112***?*';
const HEADER = '5669564f746563683200';

const hex = (text: string): Bytes => fromHex(text, text.length / 2, 'TEST.HEX', 'The fixture');
const join = (...parts: readonly Bytes[]): Bytes => Uint8Array.from(parts.flatMap((part) => [...part]));
const reportInvalid = expect.objectContaining({ code: 'READER.REPORT_INVALID' });

const swipe = (): Bytes => neo2Swipe(cardData({ cipher: 'tdes', masked: MASKED, length2: MASKED.length }));

describe('NEO2 frames', () => {
  it('equal a ping that is known to work, byte for byte', () => {
    expect(toHex(neo2Command(0x18, 0x01, new Uint8Array(0), 'low-first'))).toBe(`${HEADER}18010000b3cd`);
  });

  it('are read in the order of CRC bytes that is asked for', () => {
    const frame = neo2Response(0x18, 0x00, hex('0102'));
    expect(parseNeo2(frame, 'high-first')).toEqual({ command: 0x18, status: 0, data: hex('0102') });
    expect(parseNeo2(join(frame, new Uint8Array(40)), 'either').command).toBe(0x18);
    expect(() => parseNeo2(frame, 'low-first')).toThrow(reportInvalid);
  });

  it.each([
    ['another header', `00${HEADER.slice(2)}18000000cdb3`],
    ['a length beyond the report', `${HEADER}1800ffff0000`],
    ['a wrong CRC', `${HEADER}180000000000`],
    ['nothing', ''],
  ])('are refused with %s', (_what, given) => {
    expect(() => parseNeo2(hex(given), 'either')).toThrow(reportInvalid);
  });

  it.each([
    [47, [1]],
    [48, [2, 4]],
    [110, [2, 4]],
    [111, [2, 3, 4]],
  ])('of %i bytes of data are reports of the ids %j, and come back whole', (length, ids) => {
    const frame = neo2Command(0x02, 0x40, new Uint8Array(length).fill(7), 'low-first');
    const reports = neo2Reports(frame);
    expect(reports.map(({ id }) => id)).toEqual(ids);
    expect(reports.every(({ bytes }) => bytes.length === 63)).toBe(true);
    const assembler = new Neo2Assembler();
    const frames = reports.map(({ id, bytes }) => assembler.add(id, bytes));
    expect(toHex(frames.at(-1)!.slice(0, frame.length))).toBe(toHex(frame));
  });

  it('pass over reports of other ids and parts without a beginning', () => {
    const assembler = new Neo2Assembler();
    expect([0, 3, 4, 5].map((id) => assembler.add(id, new Uint8Array(63)))).toEqual(new Array(4).fill(undefined));
  });

  it('do not grow beyond all measure', () => {
    const assembler = new Neo2Assembler();
    assembler.add(2, new Uint8Array(63));
    expect(() => {
      for (let part = 0; part < 200; part++) assembler.add(3, new Uint8Array(63));
    }).toThrow(reportInvalid);
  });
});

describe('parseNeo2Card', () => {
  it('opens the stripe in tag DFEE23 by the published layout', () => {
    expect(parseNeo2Card(swipe())).toMatchObject({
      outcome: 'protected',
      maskedTrack2: MASKED,
      track: { form: 'idtech-track2', ksn: '629949002c0000000001' },
    });
  });

  it('reads the plain tag 57 of a chip that the reader does not encrypt', () => {
    const card = parseNeo2Card(join(hex('01'), encodeTlv('57', hex('6225880000000001d3112120000f'))));
    expect(card.outcome === 'clear' && card.track2.reveal('compare')).toBe(';6225880000000001=3112120000?');
    expect(parseNeo2Card(hex('019f390107'))).toEqual({ outcome: 'failed', code: 'READER.NO_TRACK2' });
  });

  it.each([
    ['no data', ''],
    ['the lengths of an encrypted chip', '5157a113' + '00'.repeat(19)],
    ['a broken frame', '88dfee2303020100'],
  ])('refuses %s', (_what, given) => {
    expect(() => parseNeo2Card(hex(given))).toThrow(reportInvalid);
  });
});

async function aReader(answers: { noLights?: boolean; silent?: boolean } = {}) {
  const hid = new FakeHid();
  const clock = new ManualClock();
  const device = new FakeHidDevice(0x0acd, 0x3530);
  hid.plug(device);
  const { commands, send } = answerAsNeo2(device, answers);
  const reader = await new HidReaders({ port: new WebHidPort(hid), clock }).choose('idtech-neo2');
  const log: string[] = [];
  const cards: ReaderEvents['protectedCard'][] = [];
  reader.on('fault', ({ code }) => log.push(code));
  reader.on('protectedCard', (card) => cards.push(card));
  reader.on('card', (card) => log.push(card.masked));
  return { hid, clock, device, reader, log, cards, commands, send };
}

const ACTIVATE = '0240' + '3c' + '9c0100' + '9f0206000000001250' + '9f0306000000000000' + '5f2a020156';

describe('the NEO2 driver', () => {
  it('pings, lights green, beeps twice, and starts the transaction with amount and currency', async () => {
    const { reader, commands } = await aReader();
    await reader.connect();
    await reader.arm(SIGNAL);
    expect(commands).toEqual(['1801', '0a03010002', '0b0102', ACTIVATE]);
    expect(reader.state).toBe('armed');
  });

  it('is armed without lights and sounds where a model has none', async () => {
    const { reader, commands } = await aReader({ noLights: true });
    await reader.connect();
    await reader.arm(SIGNAL);
    expect([reader.state, commands.at(-1)]).toEqual(['armed', ACTIVATE]);
  });

  it('reports a swipe as the reader encrypted it, then lights and beeps', async () => {
    const { reader, clock, commands, cards, send } = await aReader();
    await reader.connect();
    await reader.arm(SIGNAL);
    send(neo2Response(0x02, 0x00, swipe()));
    await clock.advance(1_000);
    expect(cards).toMatchObject([{ masked: '6225 •••• •••• 0001', readerKind: 'idtech-neo2', entryMode: 'magstripe' }]);
    expect(commands.slice(4)).toEqual(['0a03010001', '0b0101']);
    expect(reader.state).toBe('ready');
  });

  it('tells a card under way', async () => {
    const { reader, send } = await aReader();
    await reader.connect();
    await reader.arm(SIGNAL);
    send(neo2Response(0x02, 0x0e, hex('01')));
    expect(reader.state).toBe('reading');
  });

  it('asks again after a bad swipe and after its time limit', async () => {
    const { reader, clock, commands, log, send } = await aReader();
    await reader.connect();
    await reader.arm(SIGNAL);
    send(neo2Response(0x02, 0x0a));
    await clock.advance(1_000);
    expect([log, commands.slice(4)]).toEqual([['READER.TRACK2_UNREADABLE'], ['0a03010100', '0b0201', ACTIVATE]]);
    send(neo2Response(0x02, 0x08));
    await clock.advance(1_000);
    expect([log.length, commands.at(-1), reader.state]).toEqual([1, ACTIVATE, 'armed']);
  });

  it('says READER.REFUSED of a transaction that the reader will not do, and does not insist', async () => {
    const { reader, clock, commands, log, send } = await aReader();
    await reader.connect();
    await reader.arm(SIGNAL);
    send(neo2Response(0x02, 0x05));
    await clock.advance(1_000);
    expect([log, commands.length]).toEqual([['READER.REFUSED'], 4]);
  });

  it('says READER.REPORT_INVALID of a card that it cannot take apart, and asks again', async () => {
    const { reader, clock, commands, log, send } = await aReader();
    await reader.connect();
    await reader.arm(SIGNAL);
    send(neo2Response(0x02, 0x00, hex('88dfee2303020100')));
    await clock.advance(1_000);
    expect([log, commands.at(-1)]).toEqual([['READER.REPORT_INVALID'], ACTIVATE]);
  });

  it('cancels the transaction when it is disarmed, and darkens its light', async () => {
    const { reader, commands } = await aReader();
    await reader.connect();
    await reader.arm(SIGNAL);
    await reader.disarm();
    expect(commands.slice(4)).toEqual(['0501', '0a03010000']);
  });

  it('does not connect to a reader that does not answer', async () => {
    const { reader, clock } = await aReader({ silent: true });
    const failed = expect(reader.connect()).rejects.toMatchObject({ code: 'READER.CONNECT_TIMEOUT' });
    await clock.advance(5_000);
    await failed;
  });
});
