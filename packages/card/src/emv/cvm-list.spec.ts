import { describe, expect, it } from '@jest/globals';
import { bytes, codeOf } from '../../test/vectors.js';
import { parseCvmList, parseCvmResults } from './cvm-list.js';

describe('parseCvmList', () => {
  it('reads limits, methods and conditions of EMV Book 3, Annex C3', () => {
    expect(parseCvmList(bytes('000003e8000007d0' + '4103' + '0206' + '5e09' + '1f00' + '2080'))).toEqual({
      x: 1_000,
      y: 2_000,
      rules: [
        { method: 'offline-pin', condition: 'terminal-supports', onFailure: 'next' },
        { method: 'online-pin', condition: 'under-x', onFailure: 'fail' },
        { method: 'signature', condition: 'over-y', onFailure: 'next' },
        { method: 'none', condition: 'always', onFailure: 'fail' },
        { method: 'unknown', condition: 'unknown', onFailure: 'fail' },
      ],
    });
  });

  it.each(['', '0000000000000000', '00000000000000000203aa'])('refuses %s', (value) => {
    expect(codeOf(() => parseCvmList(bytes(value)))).toBe('CARD.EMV_DATA_INVALID');
  });
});

describe('parseCvmResults', () => {
  it.each([
    ['3f0000', { method: 'not-performed', result: 'unknown' }],
    ['020302', { method: 'online-pin', result: 'successful' }],
    ['420300', { method: 'online-pin', result: 'unknown' }],
    ['1e0300', { method: 'signature', result: 'unknown' }],
    ['1f0002', { method: 'none', result: 'successful' }],
    ['000001', { method: 'fail', result: 'failed' }],
    ['2a0001', { method: 'unknown', result: 'failed' }],
  ])('reads %s of EMV Book 4, A4', (value, results) => {
    expect(parseCvmResults(bytes(value))).toEqual(results);
  });

  it.each(['', '3f00', '3f000000'])('refuses %s', (value) => {
    expect(codeOf(() => parseCvmResults(bytes(value)))).toBe('CARD.EMV_DATA_INVALID');
  });
});
