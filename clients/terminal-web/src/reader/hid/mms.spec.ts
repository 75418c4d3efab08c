import { describe, expect, it } from '@jest/globals';
import { encodeTlv, toHex } from '@openswipe/card';
import { indicationSignal } from '../indication-signal.js';
import { cardPayload, hex, join, MASKED, wrapped } from './fake-mms.js';
import { beepParameters, startParameters } from './magtek-dynaflex.js';
import { parseMmsCard, parseStatusWordAnswer } from './mms-card.js';
import { mmsRequest, parseMmsMessage } from './mms-message.js';
import { MmsAssembler, mmsPackets } from './mms-packet.js';

const SIGNAL = indicationSignal('ab'.repeat(32), { amountMinor: '1250', currency: 'CNY' });
const reportInvalid = expect.objectContaining({ code: 'READER.REPORT_INVALID' });

describe('MMS packets', () => {
  it('are one report, padded, for up to 62 bytes, by the published layout', () => {
    const [packet, ...others] = mmsPackets(hex('aa00810401011008840210 08'));
    expect(toHex(packet!)).toBe(`000caa0081040101100884021008${'00'.repeat(50)}`);
    expect(others).toEqual([]);
    expect(mmsPackets(new Uint8Array(62))).toHaveLength(1);
  });

  it('are a head, middles and a tail beyond that, by the published layout', () => {
    const packets = mmsPackets(Uint8Array.from({ length: 200 }, (_, at) => at));
    expect(packets.map((packet) => toHex(packet.slice(0, 6)))).toEqual([
      '01000000c800',
      '0200013b3c3d',
      '02000278797a',
      '0313b5b6b7b8',
    ]);
  });

  it.each([0, 1, 62, 63, 120, 121, 182, 183, 1_000])(
    'come back as the message of %i bytes that they were',
    (length) => {
      const given = Uint8Array.from({ length }, (_, at) => (at * 7) & 0xff);
      const assembler = new MmsAssembler();
      const messages = mmsPackets(given).map((packet) => assembler.add(packet));
      expect(toHex(messages.at(-1)!)).toBe(toHex(given));
      expect(messages.slice(0, -1).every((one) => one === undefined)).toBe(true);
    },
  );

  it.each([
    ['a short report', ['00']],
    ['a sort that is none', ['05']],
    ['a single message longer than its report', ['003f']],
    ['a middle without a head', ['020001']],
    ['a tail without a head', ['0301aa']],
    ['a middle out of order', ['0100000100', '020002']],
    ['a head of a whole gigabyte', ['0140000000']],
    ['a tail that does not complete', ['0100000064', '0302aabb']],
  ])('refuse %s', (what, packets) => {
    const assembler = new MmsAssembler();
    const reports = packets.map((start) => join(hex(start), new Uint8Array(64 - start.length / 2)));
    const last = what === 'a short report' ? new Uint8Array(63) : reports.pop()!;
    for (const report of reports) assembler.add(report);
    expect(() => assembler.add(last)).toThrow(reportInvalid);
  });

  it('forget a message that the reader cancels', () => {
    const assembler = new MmsAssembler();
    const [head, tail] = mmsPackets(new Uint8Array(100).fill(1));
    assembler.add(head!);
    expect(assembler.add(join(hex('040000'), new Uint8Array(61)))).toBeUndefined();
    expect(() => assembler.add(tail!)).toThrow(reportInvalid);
  });
});

describe('MMS messages', () => {
  it('equal the vendor’s documented echo, byte for byte', () => {
    expect(toHex(mmsRequest(1, 0xdf01, hex('8103010203')))).toBe('aa0081040101df018407df018103010203');
    expect(parseMmsMessage(hex('aa0081048201df018204000000008407df018103010203'))).toMatchObject({
      type: 'response',
      reference: 1,
      id: 'df01',
      status: '00000000',
    });
  });

  it('equal the vendor’s documented tones, byte for byte', () => {
    const tones = [200, 400, 600, 400, 200].map((hz) => ({ hz, ms: 500 }));
    expect(toHex(mmsRequest(3, 0x1805, beepParameters(tones)))).toBe(
      'aa00810401031805841818058114' + '00c801f4019001f4025801f4019001f400c801f4',
    );
  });

  it('equal the vendor’s own demo in starting a transaction, but for amount, currency, readers and time limit', () => {
    expect(toHex(mmsRequest(0, 0x1001, startParameters(SIGNAL)))).toBe(
      'aa0081040100100184301001' +
        '820100' +
        'a309810101820101830101' +
        '84020003' +
        '861a9c01009f02060000000012509f03060000000000005f2a020156',
    );
  });

  it.each([
    ['no start', 'ab0081048201df01820400000000'],
    ['no information', 'aa00820400000000'],
    ['no status', 'aa0081048201df01'],
    ['a direction that is the host’s', 'aa0081040101df01820400000000'],
    ['broken tags', 'aa0081048201df'],
  ])('are refused with %s', (_what, given) => {
    expect(() => parseMmsMessage(hex(given))).toThrow(reportInvalid);
  });

  it('refuse an amount that twelve digits cannot hold', () => {
    const large = indicationSignal('ab'.repeat(32), { amountMinor: '1000000000000', currency: 'CNY' });
    expect(() => startParameters(large)).toThrow(expect.objectContaining({ code: 'READER.AMOUNT_TOO_LARGE' }));
  });
});

describe('parseMmsCard', () => {
  it.each([
    ['08', 'magstripe', 'dfdf33'],
    ['10', 'contact', 'dfdf4d'],
    ['20', 'contactless', 'dfdf4d'],
  ])('hands on an encrypted card of technology %s by the published layout', (technology, entryMode, masked) => {
    const swipe = parseMmsCard(cardPayload({ masked }), technology);
    expect(swipe).toMatchObject({
      outcome: 'protected',
      entryMode,
      maskedTrack2: MASKED,
      track: { suite: 'mt1', form: 'magtek-arqc', cipher: 'tdes', ksn: '9010010b4db817000003' },
    });
    expect(swipe.outcome === 'protected' && swipe.track.ciphertext.reveal('compare')).toBe('ab'.repeat(328));
  });

  it('knows AES by the published encryption types', () => {
    const swipe = parseMmsCard(cardPayload({ type: '9b', ciphertext: 'ab'.repeat(320), ksn: '01'.repeat(12) }), '08');
    expect(swipe).toMatchObject({ outcome: 'protected', track: { cipher: 'aes', ksn: '01'.repeat(12) } });
  });

  it('reads the plain tag 57 of a reader that does not encrypt', () => {
    const plain = wrapped(encodeTlv('fc', encodeTlv('57', hex('6225880000000001d3112120000f'))));
    const swipe = parseMmsCard(plain, '20');
    expect(swipe.outcome === 'clear' && swipe.track2.reveal('compare')).toBe(';6225880000000001=3112120000?');
  });

  it('says READER.NO_TRACK2 of a card message without a card', () => {
    expect(parseMmsCard(wrapped(encodeTlv('70', hex('dfdf530100'))), '08')).toMatchObject({ code: 'READER.NO_TRACK2' });
  });

  it.each([
    ['a technology that is none', cardPayload(), '30'],
    ['no card message', encodeTlv('85', hex('00')), '08'],
    ['a length beyond the message', encodeTlv('84', hex('ffff70')), '08'],
    ['a ciphertext of no whole blocks', cardPayload({ ciphertext: 'abab' }), '08'],
    ['a fixed key', cardPayload({ type: '00' }), '08'],
    ['no KSN', cardPayload({ ksn: '00'.repeat(10) }), '08'],
    ['a KSN of another length', cardPayload({ ksn: '0102' }), '08'],
  ])('refuses %s', (_what, payload, technology) => {
    expect(() => parseMmsCard(payload, technology)).toThrow(reportInvalid);
  });
});

describe('parseStatusWordAnswer', () => {
  it('reads tags 57, 5A and 9F26 behind 9000', () => {
    const swipe = parseStatusWordAnswer(
      hex('9000 570e6225880000000001d3112120000f 5a086225880000000001 9f26084f9a83d12475a1c2'),
    );
    expect(swipe?.outcome === 'clear' && swipe.track2.reveal('compare')).toBe(';6225880000000001=3112120000?');
  });

  it.each(['6985', '6a80', '6f00'])('takes %s for a refusal', (word) => {
    expect(parseStatusWordAnswer(hex(word))).toEqual({ outcome: 'failed', code: 'READER.REFUSED' });
  });

  it('leaves other payloads alone', () => {
    expect(parseStatusWordAnswer(new Uint8Array(0))).toBeUndefined();
    expect(parseStatusWordAnswer(hex('810100'))).toBeUndefined();
  });
});
