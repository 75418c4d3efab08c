import { describe, expect, it } from '@jest/globals';
import { Pan } from '@openswipe/card';
import { Sensitive } from '@openswipe/kernel';
import { cardRefusal, type IssuerCard } from './issuer-cards.js';
import { IssuerSecrets } from './issuer-secrets.js';

const good: IssuerCard = {
  _id: 'c',
  name: 'test',
  expiry: '2607',
  pinVerifier: null,
  pinFailures: [],
  blockedFor: null,
  behaviour: 'approve',
  declineReason: null,
};

describe('a card of the issuer simulator', () => {
  it('is good through the last day of its month', () => {
    expect(cardRefusal(good, '2607')).toBeNull();
    expect(cardRefusal(good, '2608')).toMatchObject({ reasonCode: 'RISK.CARD_EXPIRED' });
  });

  it('is blocked by its third wrong PIN, not by its second', () => {
    expect(cardRefusal({ ...good, pinFailures: ['a', 'b'] }, '2607')).toBeNull();
    expect(cardRefusal({ ...good, pinFailures: ['a', 'b', 'c'] }, '2607')).toMatchObject({
      reasonCode: 'RISK.CARD_BLOCKED',
      facts: { reason: 'pin-tries-exceeded' },
    });
  });

  it('says that it is lost before it says that it is expired', () =>
    expect(cardRefusal({ ...good, blockedFor: 'lost' }, '3001')).toMatchObject({ facts: { reason: 'lost' } }));
});

describe('the secrets of the issuer simulator', () => {
  const secrets = new IssuerSecrets(new Sensitive(new Uint8Array(32).fill(1)));
  const pan = Pan.parse('6225880000000001');
  const pin = new Sensitive('123456');

  it('know a PIN by its verifier and hold neither PIN nor PAN', () => {
    const verifier = secrets.pinVerifier(pan, pin);
    expect(secrets.isPin(verifier, pan, pin)).toBe(true);
    expect(secrets.isPin(verifier, pan, new Sensitive('123457'))).toBe(false);
    expect(verifier).toMatch(/^[0-9a-f]{64}$/);
    expect(secrets.cardId(pan)).not.toContain('6225880000000001');
  });

  it('differ by card: the same PIN has another verifier', () =>
    expect(secrets.pinVerifier(Pan.parse('4111111111111111'), pin)).not.toBe(secrets.pinVerifier(pan, pin)));

  it('depend on the key', () =>
    expect(new IssuerSecrets(new Sensitive(new Uint8Array(32))).cardId(pan)).not.toBe(secrets.cardId(pan)));
});
