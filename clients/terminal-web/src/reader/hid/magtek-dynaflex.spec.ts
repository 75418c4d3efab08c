import { describe, expect, it } from '@jest/globals';
import { indicationSignal } from '../indication-signal.js';
import { ManualClock } from '../reader-clock.js';
import type { ReaderEvents } from '../reader-driver.js';
import { FakeHid, FakeHidDevice } from './fake-hid.js';
import { answerAsMms, cardPayload, hex, message } from './fake-mms.js';
import { HidReaders } from './hid-readers.js';
import { WebHidPort } from './webhid-port.js';

const SIGNAL = indicationSignal('ab'.repeat(32), { amountMinor: '1250', currency: 'CNY' });
const CARD = '080202';

/** A device that answers as the manual's tables say. */
async function aReader(answers: { statuses?: Record<string, string>; silent?: boolean } = {}) {
  const hid = new FakeHid();
  const clock = new ManualClock();
  const device = new FakeHidDevice(0x0801, 0x2020);
  hid.plug(device);
  const { commands, send, notify } = answerAsMms(device, clock, answers);
  const reader = await new HidReaders({ port: new WebHidPort(hid), clock }).choose('dynaflex');
  const log: string[] = [];
  const cards: ReaderEvents['protectedCard'][] = [];
  reader.on('fault', ({ code }) => log.push(code));
  reader.on('state', (state) => log.push(state));
  reader.on('protectedCard', (card) => cards.push(card));
  reader.on('card', (card) => log.push(card.track2.reveal('compare')));
  return { hid, clock, device, reader, log, cards, commands, notify, send };
}

async function anArmedReader(given: Parameters<typeof aReader>[0] = {}) {
  const parts = await aReader(given);
  await parts.reader.connect();
  const arming = parts.reader.arm(SIGNAL);
  await parts.clock.advance(200);
  await arming;
  parts.log.length = 0;
  parts.commands.length = 0;
  return parts;
}

describe('the DynaFlex driver', () => {
  it('asks for a sign of life, sounds the cue, then starts the transaction', async () => {
    const { reader, clock, commands, log } = await aReader();
    await reader.connect();
    const arming = reader.arm(SIGNAL);
    await clock.advance(50);
    expect(commands).toEqual(['df01', '1805']);
    await clock.advance(100);
    await arming;
    expect([commands.at(-1), log.at(-1)]).toEqual(['1001', 'armed']);
  });

  it('reports the card as the reader encrypted it, and sounds once the transaction is over', async () => {
    const { reader, clock, notify, cards, log, commands } = await anArmedReader();
    notify('0101', '08010100');
    expect(log).toEqual(['reading']);
    notify('0101', `08${CARD}`, cardPayload());
    expect(cards).toMatchObject([{ masked: '6225 •••• •••• 0001', readerKind: 'dynaflex', entryMode: 'magstripe' }]);
    await clock.advance(0);
    expect(commands).toEqual([]);
    notify('0105', '08020600');
    await clock.advance(1_000);
    expect([reader.state, commands]).toEqual(['ready', ['1805']]);
  });

  it('reads an answer of status word and tags that follows the acknowledgement', async () => {
    const { reader, log, send } = await anArmedReader();
    send(message(0x82, 9, '1001', '00000000', hex('9000 570e6225880000000001d3112120000f')));
    expect(log).toEqual(['reading', 'ready', ';6225880000000001=3112120000?']);
    expect(reader.state).toBe('ready');
  });

  it('asks for another card after a bad one', async () => {
    const { reader, clock, notify, log, commands } = await anArmedReader();
    notify('0101', '08010100');
    notify('0105', '08030500');
    expect(log).toEqual(['reading', 'armed', 'READER.TRACK2_UNREADABLE']);
    await clock.advance(1_000);
    expect([reader.state, commands]).toEqual(['armed', ['1805', '1001']]);
  });

  it('cancels the transaction when it is disarmed, and before another order', async () => {
    const { reader, clock, commands } = await anArmedReader();
    const next = reader.arm(indicationSignal('cd'.repeat(32), { amountMinor: '1', currency: 'CNY' }));
    await clock.advance(500);
    await next;
    await reader.disarm();
    expect(commands).toEqual(['1008', '1805', '1001', '1008']);
  });

  it('is not armed when the reader refuses the transaction', async () => {
    const { reader, clock, log } = await aReader({ statuses: { '1001': '80020308', '1805': '80020413' } });
    await reader.connect();
    const refused = expect(reader.arm(SIGNAL)).rejects.toMatchObject({ code: 'READER.REFUSED' });
    await clock.advance(500);
    await refused;
    expect([reader.state, log.at(-1)]).toEqual(['ready', 'READER.REFUSED']);
  });

  it('does not connect to a reader that gives no sign of life', async () => {
    const { reader, clock, device } = await aReader({ silent: true });
    const failed = expect(reader.connect()).rejects.toMatchObject({ code: 'READER.CONNECT_TIMEOUT' });
    await clock.advance(5_000);
    await failed;
    expect(device.opened).toBe(false);
  });

  it('starts the transaction again on a reader that comes back', async () => {
    const { hid, clock, device, log, commands, notify, cards } = await anArmedReader();
    notify('0101', '08010100');
    hid.unplug(device);
    expect(log).toEqual(['reading', 'faulted', 'READER.UNPLUGGED']);
    hid.plug(device);
    await clock.advance(500);
    expect([log.at(-1), commands]).toEqual(['armed', ['df01', '1805', '1001']]);
    notify('0101', `10${CARD}`, cardPayload({ masked: 'dfdf4d' }));
    expect(cards).toMatchObject([{ entryMode: 'contact' }]);
  });

  it('says READER.REPORT_INVALID of a message that is none, and stays armed', async () => {
    const { device, reader, log } = await anArmedReader();
    device.report(new Uint8Array(64).fill(0x77));
    expect([log.at(-1), reader.state]).toEqual(['READER.REPORT_INVALID', 'armed']);
  });
});
