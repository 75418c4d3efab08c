import { describe, expect, it } from '@jest/globals';
import { encodeTlv, toHex } from '@openswipe/card';
import { Sensitive } from '@openswipe/kernel';
import { cardRead } from '../card-read.js';
import { indicationSignal } from '../indication-signal.js';
import type { PresentedCard } from '../presented-card.js';
import { ManualClock } from '../reader-clock.js';
import type { ReaderEvents } from '../reader-driver.js';
import { FakeHid, FakeHidDevice } from './fake-hid.js';
import { answerAsMms, cardPayload, pinContainer } from './fake-mms.js';
import { HidReaders } from './hid-readers.js';
import { findReaderPin, parsePinEntry, pinEntryFor } from './magtek-pin-entry.js';
import { objectsOf } from './reader-tlv.js';
import { WebHidPort } from './webhid-port.js';

const SIGNAL = indicationSignal('ab'.repeat(32), { amountMinor: '1250', currency: 'CNY' });
const PROTECTED: PresentedCard = {
  ...{ entryMode: 'magstripe', readerKind: 'dynaflex', readerProtected: true, masked: '', bin: '', last4: '' },
  protectedTrack: {
    ...{ suite: 'mt1', form: 'magtek-arqc', cipher: 'tdes', ksn: '9010010b4db817000003' },
    ciphertext: new Sensitive('ab'.repeat(16)),
  },
};
const CLEAR = cardRead(';6225880000000001=3112120000?', 'dynaflex') as PresentedCard;
const ENTERED = '01020101';

/** A fake DynaFlex that answers as the manual's tables say; a touchscreen where nothing else is said. */
async function aReader(statuses: Record<string, string> = {}) {
  const hid = new FakeHid();
  const clock = new ManualClock();
  const device = new FakeHidDevice(0x0801, 0x2020);
  hid.plug(device);
  const told = answerAsMms(device, clock, { statuses });
  const reader = await new HidReaders({ port: new WebHidPort(hid), clock }).choose('dynaflex');
  const cards: ReaderEvents['protectedCard'][] = [];
  reader.on('protectedCard', (card) => cards.push(card));
  await reader.connect();
  const stop = new AbortController();
  const ask = (card = PROTECTED) => reader.requestPin?.(card, stop.signal) ?? Promise.reject(new Error('no pad'));
  return { hid, clock, device, reader, cards, stop, ask, ...told };
}

/** Lets what was sent be answered. */
const turns = async (clock: ManualClock): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await clock.advance(1);
};

describe('PIN entry on a DynaFlex', () => {
  it('is asked for with the account number of a card in clear, as in the manual’s example', () => {
    const { command, begin } = pinEntryFor(CLEAR);
    expect(command).toBe(0x2001);
    // Twelve digits without the check digit, two in a byte; PIN of 12 to 4 digits, 60 seconds, format 0.
    expect(toHex(begin)).toBe('81013c82010083020c04850100a10b81010c8206' + '588000000000');
  });

  it.each([
    ['9010010b4db817000003', '850100'],
    ['9010010b4db8170000000003', '850104'],
  ])(
    'lets a reader with a KSN of %s take the account number from the card, in the format of its keys',
    (ksn, format) => {
      const { command, begin, end } = pinEntryFor({
        ...PROTECTED,
        protectedTrack: { ...(PROTECTED as never as ReaderEvents['protectedCard']).protectedTrack, ksn },
      } as PresentedCard);
      expect(command).toBe(0x2002);
      expect(toHex(begin)).toBe(`81013ca309810101820101830101a40a82010183020c04${format}`);
      expect(toHex(end('cancel'))).toContain('a40a8201fd');
    },
  );

  it('gives block and KSN, and tells the reader that it is over', async () => {
    const { ask, notify, clock, requests, commands } = await aReader();
    const asked = ask();
    await turns(clock);
    expect(commands.at(-1)).toBe('2002');
    notify('0205', ENTERED, pinContainer());
    await turns(clock);
    const { pinBlock, pinKsn } = await asked;
    expect([pinBlock.reveal('test'), pinKsn]).toEqual(['ab'.repeat(8), '9010010b4db817000005']);
    expect(String(pinBlock)).not.toContain('abab');
    expect(requests.at(-1)).toContain('8201ff');
  });

  it.each([
    ['01020201', 'READER.PIN_TIMEOUT'],
    ['01020202', 'READER.PIN_PAD_MISSING'],
    ['01020203', 'READER.PIN_CANCELED'],
    ['01020204', 'READER.PIN_FAILED'],
    ['01020206', 'READER.PIN_FAILED'],
  ])('says of the reader’s %s: %s', async (detail, code) => {
    const { ask, notify, clock } = await aReader();
    const asked = expect(ask()).rejects.toMatchObject({ code });
    await turns(clock);
    notify('0205', detail);
    await turns(clock);
    await asked;
  });

  it('says that there is no pad where the reader refuses the command', async () => {
    const { ask, clock } = await aReader({ '2002': '80020413' });
    const asked = expect(ask()).rejects.toMatchObject({ code: 'READER.PIN_PAD_MISSING' });
    await turns(clock);
    await asked;
  });

  it('is canceled on the reader too when the page gives up, and the reader serves the next order', async () => {
    const { ask, clock, stop, requests, reader, commands } = await aReader();
    const asked = expect(ask(CLEAR)).rejects.toMatchObject({ code: 'READER.PIN_CANCELED' });
    await turns(clock);
    stop.abort();
    await turns(clock);
    await asked;
    expect(requests.at(-1)).toContain('8201fd');
    const arming = reader.arm(SIGNAL);
    await clock.advance(500);
    await arming;
    expect([commands.at(-1), reader.state]).toEqual(['1001', 'armed']);
  });

  it('ends by itself where the reader never answers', async () => {
    const { ask, clock } = await aReader();
    const asked = expect(ask()).rejects.toMatchObject({ code: 'READER.PIN_TIMEOUT' });
    await clock.advance(70_000);
    await turns(clock);
    await asked;
  });

  it('ends with the plug', async () => {
    const { ask, clock, hid, device } = await aReader();
    const asked = expect(ask()).rejects.toMatchObject({ code: 'READER.UNPLUGGED' });
    await turns(clock);
    hid.unplug(device);
    await turns(clock);
    await asked;
  });

  it('comes with the card where the reader asked by itself', async () => {
    const { reader, clock, notify, cards } = await aReader();
    const arming = reader.arm(SIGNAL);
    await clock.advance(200);
    await arming;
    notify('0101', '10080202', cardPayload({ pin: pinContainer() }));
    expect(cards[0]?.readerPin?.pinKsn).toBe('9010010b4db817000005');
  });

  it.each([
    ['of a format that is not taken', pinContainer({ format: '01' })],
    ['of format 3', pinContainer({ format: '03' })],
    ['cut short', pinContainer({ block: 'ab'.repeat(7) })],
    ['of another format than its length', pinContainer({ format: '04' })],
    ['without a KSN', pinContainer({ ksn: '00'.repeat(10) })],
    ['with a KSN of another length', pinContainer({ ksn: 'ab'.repeat(11) })],
    ['that is not there', encodeTlv('df71', Uint8Array.of(0))],
  ])('refuses a block %s', (_, payload) => {
    expect(() => parsePinEntry(ENTERED, payload)).toThrow(expect.objectContaining({ code: 'READER.REPORT_INVALID' }));
  });

  it('takes format 4 of readers with AES keys', () => {
    const container = pinContainer({ format: '04', block: 'cd'.repeat(16), ksn: 'ab'.repeat(12) });
    expect(findReaderPin(objectsOf(container))?.pinBlock.reveal('test')).toBe('cd'.repeat(16));
  });
});
