import { describe, expect, it } from '@jest/globals';
import {
  READER_STATUSES,
  type Reader,
  type ReaderStatus,
  bind,
  cancel,
  parseReaderModel,
  parseSerialNumber,
  parseShipment,
  reportLost,
  ship,
  whyNotUsable,
} from './reader.js';

const NOW = new Date('2026-03-01T08:00:00Z');
const LATER = new Date('2026-03-02T08:00:00Z');
const SHIPMENT = { serialNumber: 'SN1', carrier: 'SF', trackingNumber: 'T1' };

const aReader = (status: ReaderStatus = 'applied'): Reader => ({
  id: 'rdr_1',
  accountId: 'acc_1',
  model: 'usb-swipe',
  status,
  postalAddress: { recipient: 'Li', addressLines: ['1'], city: 'S', postalCode: '2', country: 'CN' },
  applicationKey: 'acc_1/k',
  fingerprint: 'f',
  appliedAt: NOW,
  untold: [],
  revision: 0,
  ...(['shipped', 'bound', 'lost'].includes(status) ? { ...SHIPMENT, shippedAt: NOW } : {}),
  ...(status === 'bound' ? { terminalId: 'ter_1', boundAt: NOW } : {}),
});

const outcomeOf = (move: () => Reader): string => {
  try {
    return move().status;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the life of a reader', () => {
  it.each<[string, (reader: Reader) => Reader, Record<ReaderStatus, string>]>([
    [
      'shipped as something else',
      (reader) => ship(reader, { ...SHIPMENT, trackingNumber: 'other' }, LATER),
      state({ applied: 'shipped' }),
    ],
    [
      'shipped as before',
      (reader) => ship(reader, SHIPMENT, LATER),
      state({ applied: 'shipped', shipped: 'shipped', bound: 'bound', lost: 'lost' }),
    ],
    ['canceled', (reader) => cancel(reader), state({ applied: 'canceled', canceled: 'canceled' })],
    [
      'bound',
      (reader) => bind(reader, 'acc_1', 'ter_1', LATER),
      state({ shipped: 'bound', bound: 'bound', lost: 'ACCOUNTS.READER_LOST' }),
    ],
    [
      'bound by another account',
      (reader) => bind(reader, 'acc_2', 'ter_1', LATER),
      {
        applied: 'ACCOUNTS.READER_FOREIGN',
        shipped: 'ACCOUNTS.READER_FOREIGN',
        bound: 'ACCOUNTS.READER_FOREIGN',
        lost: 'ACCOUNTS.READER_LOST',
        canceled: 'ACCOUNTS.READER_FOREIGN',
      },
    ],
    ['reported lost', (reader) => reportLost(reader, LATER), state({ shipped: 'lost', bound: 'lost', lost: 'lost' })],
  ])('%s goes on from the right states only', (_, move, expected) => {
    const seen = READER_STATUSES.map((status) => [status, outcomeOf(() => move(aReader(status)))]);
    expect(Object.fromEntries(seen)).toEqual(expected);
  });

  it('changes nothing where the same happens again', () => {
    const [shipped, bound, lost, canceled] = (['shipped', 'bound', 'lost', 'canceled'] as const).map(aReader);
    expect(ship(shipped!, SHIPMENT, LATER)).toBe(shipped);
    expect(bind(bound!, 'acc_1', 'ter_1', LATER)).toBe(bound);
    expect(reportLost(lost!, LATER)).toBe(lost);
    expect(cancel(canceled!)).toBe(canceled);
  });

  it('moves to another terminal of the account and keeps its first use', () => {
    expect(bind(aReader('bound'), 'acc_1', 'ter_2', LATER)).toEqual({ ...aReader('bound'), terminalId: 'ter_2' });
  });

  it('keeps with each change what the holder has to hear', () => {
    const shipped = ship(aReader(), SHIPMENT, NOW);
    expect(shipped.untold).toEqual(['shipped']);
    expect(reportLost(shipped, LATER)).toMatchObject({ untold: ['shipped', 'lost'], lostAt: LATER });
  });

  it('is usable by its account until it is lost', () => {
    expect(whyNotUsable(aReader('bound'), 'acc_1')).toBeUndefined();
    expect(whyNotUsable(aReader('bound'), 'acc_2')).toBe('foreign');
    expect(whyNotUsable(aReader('lost'), 'acc_2')).toBe('lost');
  });
});

describe('what an operator types', () => {
  it('is read as it is printed', () => {
    expect(parseSerialNumber(' ab-12 34 ')).toBe('AB1234');
    const raw = { ...SHIPMENT, serialNumber: 'sn-99', initialKeyId: 'FFFF9876543210E0' };
    expect(parseShipment(raw)).toEqual({ ...SHIPMENT, serialNumber: 'SN99', initialKeyId: 'ffff9876543210e0' });
    expect(parseShipment({ ...raw, initialKeyId: '' })).not.toHaveProperty('initialKeyId');
    expect(parseReaderModel('chip')).toBe('chip');
  });

  it.each(['', 'abc', 'a/b/c/d', 'x'.repeat(33)])('is no serial number: %j', (text) => {
    expect(() => parseSerialNumber(text)).toThrow(expect.objectContaining({ code: 'ACCOUNTS.FIELD_INVALID' }));
  });

  it('is refused with a key id of another length, or without a carrier', () => {
    const raw = { ...SHIPMENT, serialNumber: 'SN99', initialKeyId: '' };
    const invalid = (param: string) => expect.objectContaining({ code: 'ACCOUNTS.FIELD_INVALID', param });
    expect(() => parseShipment({ ...raw, initialKeyId: 'ff' })).toThrow(invalid('initialKeyId'));
    expect(() => parseShipment({ ...raw, carrier: ' ' })).toThrow(invalid('carrier'));
    expect(() => parseReaderModel('abacus')).toThrow(invalid('model'));
  });
});

function state(allowed: Partial<Record<ReaderStatus, string>>): Record<ReaderStatus, string> {
  const refused = Object.fromEntries(READER_STATUSES.map((status) => [status, 'ACCOUNTS.READER_STATE']));
  return { ...refused, ...allowed } as Record<ReaderStatus, string>;
}
