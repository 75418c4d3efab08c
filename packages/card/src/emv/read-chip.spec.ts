import { describe, expect, it } from '@jest/globals';
import { bytes } from '../../test/vectors.js';
import { toHex, type Bytes } from '../bytes.js';
import { Pan } from '../pan.js';
import { testCard, testTrack2, TEST_CARDS } from '../test-cards.js';
import { parseField55 } from './field-55.js';
import { verifyCryptogram } from './issuer.js';
import { readChip, type ChipTerminal } from './read-chip.js';
import { TEST_ISSUER_KEY, TestChip, type TestChipOptions } from './test-chip.js';
import type { ChipPayment } from './terminal-data.js';

const PAYMENT: ChipPayment = {
  amountMinor: '12850',
  currency: 'CNY',
  country: '156',
  date: '261125',
  time: '093000',
  unpredictableNumber: bytes('deadbeef'),
};
const CARD = testCard('unionpay-pin');

const portOf = (chip: { answer(command: Bytes): Bytes }, log: string[] = []) => ({
  transmit: async (command: Bytes) => {
    log.push(toHex(command));
    return chip.answer(command);
  },
});
const read = (options: TestChipOptions = {}, payment: Partial<ChipPayment> = {}, terminal: ChipTerminal = {}) =>
  readChip(portOf(new TestChip(CARD, options)), { ...PAYMENT, ...payment }, terminal);
const codeOf = (reading: Promise<unknown>) =>
  reading.then(
    () => 'no error',
    (error: unknown) => {
      expect(`${String(error)} ${JSON.stringify(error)}`).not.toMatch(/\d{7}/);
      return (error as { code: string }).code;
    },
  );

/** Changes the answers whose command begins so. */
const tampered = (beginning: string, answer: (genuine: string) => string, options: TestChipOptions = {}) => {
  const chip = new TestChip(CARD, options);
  const transmit = async (command: Bytes) => {
    const genuine = chip.answer(command);
    return toHex(command).startsWith(beginning) ? bytes(answer(toHex(genuine))) : genuine;
  };
  return readChip({ transmit }, PAYMENT);
};

describe('readChip', () => {
  const variants: readonly TestChipOptions[] = [true, false].flatMap((byteProtocol) =>
    [true, false].flatMap((directory) => ([1, 2] as const).map((format) => ({ byteProtocol, directory, format }))),
  );
  it.each(variants)('reads a card and a cryptogram that its issuer accepts (%j)', async (options) => {
    const chip = await read({ ...options, counter: 41 });
    expect(chip.track2.raw.reveal('compare')).toBe(testTrack2(CARD));
    expect(chip).toMatchObject({ applicationId: 'a000000333010101', applicationLabel: 'UNIONPAY', panSequence: '01' });
    expect(chip.cryptogram).toMatchObject({
      atc: '002a',
      unpredictableNumber: 'deadbeef',
      cryptogramInformation: '80',
    });
    expect(chip.cvmList).toEqual({
      x: 0,
      y: 0,
      rules: [
        { method: 'online-pin', condition: 'terminal-supports', onFailure: 'next' },
        { method: 'none', condition: 'always', onFailure: 'fail' },
      ],
    });
    expect(verifyCryptogram(TEST_ISSUER_KEY, Pan.parse(CARD.pan), chip.field55.reveal('verify'))).toBe(true);
  });

  it.each(TEST_CARDS.filter(({ pan }) => /^[0-9]{12,19}$/.test(pan)))('reads $name', async (card) => {
    const chip = await readChip(portOf(new TestChip(card)), PAYMENT);
    expect(chip.track2.pan.reveal('compare')).toBe(card.pan);
    expect(verifyCryptogram(TEST_ISSUER_KEY, Pan.parse(card.pan), chip.field55.reveal('verify'))).toBe(true);
  });

  it('sends the commands of EMV Book 1 and 3, with what the lists of the card ask for', async () => {
    const log: string[] = [];
    const chip = await readChip(portOf(new TestChip(CARD), log), PAYMENT);
    expect(log).toEqual([
      '00a404000e315041592e5359532e444446303100',
      '00b2010c00',
      '00b2020c00',
      '00a4040008a00000033301010100',
      '80a8000013831100000001285001560156261125deadbeef00',
      '00b2010c00',
      '00b2011400',
      '00b2021400',
      '80ae80001d0000000128500000000000000156800000000001562611250' + '0deadbeef00',
    ]);
    expect(chip.cryptogram.cdolData.reveal('compare')).toBe(
      '00000001285000000000000001568000000000015626112500deadbeef',
    );
  });

  it('hands the issuer amount, currency and date, and carries unknown objects along', async () => {
    const chip = await read();
    const field = parseField55(chip.field55.reveal('compare'));
    const text = (tag: string) => toHex(field.get(tag)!);
    expect([text('9f02'), text('5f2a'), text('9a'), text('84')]).toEqual([
      ...['000000012850', '0156', '261125', 'a000000333010101'],
    ]);
    expect(toHex(chip.dataObjects.reveal('compare').get('df7f')!)).toBe('c0ffee');
    expect(chip.field55.reveal('compare')).not.toContain(CARD.pan);
  });

  it('prints no card data', async () => {
    expect(JSON.stringify(await read())).not.toContain(CARD.pan.slice(4));
  });

  it('moves the counter with every payment', async () => {
    const chip = new TestChip(CARD);
    const first = await readChip(portOf(chip), PAYMENT);
    chip.reset();
    const second = await readChip(portOf(chip), PAYMENT);
    expect([first.cryptogram.atc, second.cryptogram.atc]).toEqual(['0001', '0002']);
    expect(second.cryptogram.arqc).not.toBe(first.cryptogram.arqc);
  });

  it('tells the issuer that the card is expired, or not valid yet', async () => {
    const results = async (date: string) =>
      toHex(parseField55((await read({}, { date })).field55.reveal('it')).get('95')!);
    expect(await results('311231')).toBe('8000000000');
    expect(await results('320101')).toBe('8040000000');
    expect(await results('191231')).toBe('8020000000');
  });

  it('reports a decline of the card, and asks for one when the rules of the issuer forbid the payment', async () => {
    expect(await codeOf(read({ declines: true }))).toBe('CARD.EMV_DECLINED');
    const forbidding = tampered('00b20114', (record) => record.replace('9f0e050000000000', '9f0e058000000000'));
    expect(await codeOf(forbidding)).toBe('CARD.EMV_DECLINED');
  });

  it('takes an application that wants confirmation only when somebody confirms', async () => {
    const card = () => {
      const chip = new TestChip(CARD);
      const answer = (command: Bytes) => bytes(toHex(chip.answer(command)).replaceAll('870101', '870181'));
      return portOf({ answer });
    };
    expect(await codeOf(readChip(card(), PAYMENT))).toBe('CARD.EMV_APPLICATION_NONE');
    expect(await codeOf(readChip(card(), PAYMENT, { confirm: async () => true }))).toBe('no error');
  });

  it.each([
    [
      'no application in common',
      'CARD.EMV_APPLICATION_NONE',
      () => read({}, {}, { applicationIds: ['a0000000041010'] }),
    ],
    ['a blocked card', 'CARD.EMV_CARD_BLOCKED', () => tampered('00a404', () => '6a81')],
    ['a card that starts no application', 'CARD.EMV_APPLICATION_NONE', () => tampered('80a8', () => '6985')],
    ['a record that is not there', 'CARD.EMV_RESPONSE_INVALID', () => tampered('00b20214', () => '6a83')],
    ['a record that is no template', 'CARD.EMV_RESPONSE_INVALID', () => tampered('00b20214', () => '5a01009000')],
    ['no CDOL1', 'CARD.EMV_DATA_MISSING', () => tampered('00b20214', () => '7003df01009000')],
    ['an object twice', 'CARD.EMV_DATA_REPEATED', () => tampered('00b20214', () => '70045a0262259000')],
    ['two PANs', 'CARD.EMV_DATA_INVALID', () => tampered('00b20114', (r) => r.replace(CARD.pan, '6250940000000001'))],
    [
      'a track that is none',
      'CARD.TRACK2_INVALID',
      () => tampered('00b2010c00', (r) => r.replace(`${CARD.pan}d`, `${CARD.pan}f`)),
    ],
    ['a bad locator', 'CARD.EMV_DATA_INVALID', () => tampered('80a8', () => '770a82021800940400010100' + '9000')],
    [
      'a locator of far too many records',
      'CARD.EMV_LIMIT_EXCEEDED',
      () => tampered('80a8', () => '770a820218009404' + '0801ff00' + '9000'),
    ],
    ['a status alone to GENERATE AC', 'CARD.EMV_RESPONSE_INVALID', () => tampered('80ae', () => '6985')],
    [
      'an offline approval',
      'CARD.EMV_RESPONSE_INVALID',
      () => tampered('80ae', (r) => r.replace('9f270180', '9f270140')),
    ],
    [
      'a short cryptogram',
      'CARD.EMV_RESPONSE_INVALID',
      () => tampered('80ae', () => '800a8000010102030405060' + '79000'),
    ],
    ['a cut answer', 'CARD.EMV_RESPONSE_INVALID', () => tampered('80ae', () => '90')],
    ['an answer without end', 'CARD.EMV_LIMIT_EXCEEDED', () => tampered('', () => '6110')],
    ['a length that is never right', 'CARD.EMV_LIMIT_EXCEEDED', () => tampered('', () => '6c10')],
    ['broken TLV', 'CARD.TLV_INVALID', () => tampered('80a8', () => '77ff9000')],
  ])('refuses %s with %s', async (_, code, reading) => {
    expect(await codeOf(reading())).toBe(code);
  });

  it.each([
    { amountMinor: '1000000000000' },
    { amountMinor: '-1' },
    { country: '15' },
    { date: '2026-11-25' },
    { unpredictableNumber: bytes('00') },
  ])('refuses %j before it touches the card', async (wrong) => {
    expect(await codeOf(read({}, wrong))).toBe('CARD.EMV_TERMINAL_DATA_INVALID');
  });

  it('passes on that the card was taken out', async () => {
    const gone = new Error('gone');
    await expect(readChip({ transmit: () => Promise.reject(gone) }, PAYMENT)).rejects.toBe(gone);
  });

  it('survives any single answer replaced by noise, with a typed error or a result', async () => {
    let seed = 7;
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
    for (let run = 0; run < 400; run++) {
      const chip = new TestChip(CARD, { format: run % 2 === 0 ? 1 : 2 });
      const at = Math.floor(random() * 9);
      let command = 0;
      const transmit = async (sent: Bytes) => {
        const genuine = chip.answer(sent);
        if (command++ !== at) return genuine;
        const noisy = genuine.map((byte) => (random() < 0.1 ? Math.floor(random() * 256) : byte));
        return random() < 0.2 ? noisy.slice(0, Math.floor(random() * noisy.length)) : noisy;
      };
      expect(await codeOf(readChip({ transmit }, PAYMENT))).toMatch(/^(?:no error|CARD\.[A-Z0-9_]+)$/);
    }
  });
});
