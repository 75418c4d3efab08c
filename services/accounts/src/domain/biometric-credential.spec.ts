import { describe, expect, it } from '@jest/globals';
import { type BiometricCredential, judgeUse, noteUse } from './biometric-credential.js';

const NOW = new Date('2026-03-01T08:00:00Z');
const use = (challenge: string, assertionHash = `hash of ${challenge}`) => ({ challenge, assertionHash });
const aCredential = (...uses: BiometricCredential['uses']): BiometricCredential => ({
  id: 'c1',
  accountId: 'acc_1',
  terminalId: 'ter_1',
  publicKey: 'k',
  counter: 1,
  transports: [],
  registrationChallenge: 'r',
  registeredAt: NOW,
  uses,
  revision: 0,
});

describe('the use of a credential', () => {
  it('is new, the same, or somebody else using a challenge up', () => {
    const known = [aCredential(use('a')), aCredential(use('b'))];
    expect(judgeUse(known, use('c'))).toBe('new');
    expect(judgeUse(known, use('b'))).toBe('same');
    expect(judgeUse(known, use('b', 'another'))).toBe('other');
    expect(judgeUse([], use('a'))).toBe('new');
  });

  it('is noted with its counter, and the oldest are forgotten', () => {
    const full = Array.from({ length: 64 }, (_, at) => use(String(at)));
    const noted = noteUse(aCredential(...full), use('next'), 9, NOW);
    expect(noted).toMatchObject({ counter: 9, lastUsedAt: NOW });
    expect(noted.uses).toHaveLength(64);
    expect(judgeUse([noted], use('next'))).toBe('same');
    expect(judgeUse([noted], use('0'))).toBe('new');
  });
});
