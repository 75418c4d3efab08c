import { describe, expect, it } from '@jest/globals';
import { bytes, codeOf } from '../../test/vectors.js';
import { toHex } from '../bytes.js';
import { dataFor } from './data-object-list.js';

const VALUES: Record<string, string> = {
  '9f02': '000000012850',
  '5a': '6225',
  '9f1e': '3132333435363738',
  '77': '0102',
};
const filled = (list: string) =>
  toHex(dataFor(bytes(list), '8c', (tag) => (VALUES[tag] === undefined ? undefined : bytes(VALUES[tag]))));

/** EMV Book 3, 5.4. */
describe('dataFor', () => {
  it.each([
    ['numbers keep their right end', '9f0203', '012850'],
    ['numbers are filled on the left', '9f0208', '0000000000012850'],
    ['compressed numbers are filled with F on the right', '5a04', '6225ffff'],
    ['anything else keeps its left end', '9f1e03', '313233'],
    ['anything else is filled with zeros on the right', '9f1e0a', '31323334353637380000'],
    ['what nobody knows is zeros', 'df810303', '000000'],
    ['a template is zeros', '7702', '0000'],
    ['an empty list asks for nothing', '', ''],
  ])('%s', (_, list, data) => {
    expect(filled(list)).toBe(data);
  });

  it.each(['9f02', '9f', '9f0281', '5a7f5a7f5a7f'])('refuses the list %s', (list) => {
    expect(codeOf(() => filled(list))).toBe('CARD.EMV_DATA_INVALID');
  });
});
