import { describe, expect, it } from '@jest/globals';
import { commandKind } from './apdu-filter.js';

const kindOf = (hex: string) => commandKind(Uint8Array.from(Buffer.from(hex, 'hex')));

describe('commandKind', () => {
  it.each([
    ['select', '00a404000e315041592e5359532e444446303100'],
    ['select', '00a4040008a000000333010101'],
    ['select', '00a4040207a000000003101000'],
    ['options', '80a8000002830000'],
    ['record', '00b2010c00'],
    ['cryptogram', '80ae80001d' + '00'.repeat(30)],
    ['cryptogram', '80ae000001ff'],
    ['data', '80ca9f3600'],
    ['data', '80ca9f1704'],
    ['response', '00c0000020'],
  ])('lets %s through: %s', (kind, command) => {
    expect(kindOf(command)).toBe(kind);
  });

  it.each([
    ['VERIFY', '0020008008241234ffffffffff'],
    ['VERIFY, enciphered', '0020008808' + '00'.repeat(8)],
    ['CHANGE REFERENCE DATA', '0024000108' + '00'.repeat(8)],
    ['PIN CHANGE/UNBLOCK', '8c24000208' + '00'.repeat(8)],
    ['INTERNAL AUTHENTICATE', '0088000004deadbeef00'],
    ['EXTERNAL AUTHENTICATE', '0082000008' + '00'.repeat(8)],
    ['GET CHALLENGE', '0084000008'],
    ['PUT DATA', '04da9f5801ff'],
    ['UPDATE RECORD', '00dc010401ff'],
    ['READ BINARY', '00b0000000'],
    ['APPLICATION BLOCK', '841e000000'],
    ['SELECT by file', '00a40000023f00'],
    ['SELECT of a passport', '00a4040c07a0000002471001'],
    ['SELECT of an identity card', '00a4040007a000000247100100'],
    ['SELECT of nothing', '00a4040000'],
    ['a beginning of an identifier that many have', '00a4040004a000000300'],
    ['GENERATE AC for an offline approval', '80ae400001ff'],
    ['GENERATE AC with a request for CDA', '80ae900001ff'],
    ['GET DATA of something else', '80ca005a00'],
    ['GET PROCESSING OPTIONS without its template', '80a8000002840000'],
    ['a wrong length', '00a4040008a00000033301'],
    ['more than the length says', '00a4040007a00000000310100001'],
    ['an extended length', '00a40400000007a0000000031010'],
    ['no length', '00b2010c'],
    ['nothing', ''],
    ['secure messaging', '0cb2010c00'],
    ['another channel', '01b2010c00'],
    ['proprietary', 'b0010203'],
  ])('refuses %s: %s', (_, command) => {
    expect(kindOf(command)).toBeUndefined();
  });

  it('lets, of all classes and instructions, only six through', () => {
    const allowed: string[] = [];
    for (let header = 0; header < 0x10000; header++) {
      const start = header.toString(16).padStart(4, '0');
      const tails = ['000000', '010c00', '9f3600', '040007a0000000031010', '0000028300', '800001ff'];
      if (tails.some((tail) => kindOf(start + tail) !== undefined)) allowed.push(start);
    }
    expect(allowed).toEqual(['00a4', '00b2', '00c0', '80a8', '80ae', '80ca']);
  });
});
