import { describe, expect, it } from '@jest/globals';
import { parseTrack2 } from '@openswipe/card';
import type { CvmResults } from '@openswipe/card/emv';
import { issuerChecks, securityChecks, type IssuerTable, type SecurityCheck } from './security-checks.js';

const serviceCodeOf = (digits: string) => parseTrack2(`;6225880000000001=3112${digits}0000?`).serviceCode;

describe('the checks of a card', () => {
  const rows: [string, CvmResults['method'] | undefined, SecurityCheck[], SecurityCheck[]][] = [
    ['101', undefined, [], []],
    ['120', undefined, [], ['pin']],
    ['220', 'not-performed', [], ['pin']],
    ['201', 'not-performed', [], []],
    ['201', 'none', [], []],
    ['201', 'online-pin', [], ['pin']],
    ['201', 'offline-pin', [], []],
    ['220', 'enciphered-offline-pin', [], ['pin']],
    ['201', 'signature', [], ['signature']],
    ['201', 'offline-pin-and-signature', [], ['signature']],
    ['201', 'enciphered-offline-pin-and-signature', ['pin'], ['pin', 'signature']],
    ['101', undefined, ['pin'], ['pin']],
    ['120', undefined, ['biometric'], ['pin', 'biometric']],
    ['101', undefined, ['biometric', 'signature'], ['biometric', 'signature']],
    ['220', 'online-pin', ['pin', 'biometric', 'signature'], ['pin', 'biometric', 'signature']],
  ];

  it.each(rows)('are, of service code %s, CVM %s and issuer %j: %j', (digits, method, issuer, expected) => {
    const cvm = method && { method, result: 'unknown' as const };
    const checks = securityChecks({ serviceCode: serviceCodeOf(digits), issuer, ...(cvm ? { cvm } : {}) });
    expect([...checks].sort()).toEqual([...expected].sort());
  });
});

describe("the issuer's table", () => {
  const table: IssuerTable = [
    { bin: '62', checks: ['signature'] },
    { bin: '622588', checks: ['pin', 'biometric'] },
    { bin: '62258801', checks: [] },
  ];

  it.each([
    ['62258800', ['pin', 'biometric']],
    ['62258801', []],
    ['6225', ['signature']],
    ['62000000', ['signature']],
    ['41111111', []],
  ])('says of %s by its longest prefix: %j', (bin, checks) => expect(issuerChecks(table, bin)).toEqual(checks));

  it('says nothing where it is empty', () => expect(issuerChecks([], '62258800')).toEqual([]));
});
