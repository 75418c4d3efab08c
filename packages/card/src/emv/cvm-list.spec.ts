import { describe, expect, it } from '@jest/globals';
import { bytes, codeOf } from '../../test/vectors.js';
import { parseCvmList } from './cvm-list.js';

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
