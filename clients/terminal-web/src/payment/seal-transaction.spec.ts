import { describe, expect, it } from '@jest/globals';
import {
  decodePinBlockFormat4,
  fromHex,
  hostDeriveWorkingKey,
  KeySerialNumber,
  nobleAes,
  openEnvelope,
  parseTrack2,
  track2Of,
} from '@openswipe/card';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { Sensitive } from '@openswipe/kernel';
import { aHost, anOrder, aTerminalState } from '../../test/a-terminal.js';
import { TerminalKeys, type TerminalState } from '../account/terminal-keys.js';
import { cardRead, type CardRead } from '../reader/card-read.js';
import type { ProtectedCardRead } from '../reader/hid/protected-card.js';
import { MemoryStore } from '../store/memory-store.js';
import { preparePayment } from './prepare-payment.js';
import { pinRequired } from './security-checks.js';
import { signatureDigest } from './signature.js';
import { submitPayment } from './submit-payment.js';
import type { Submission } from './submission.js';

const swiped = (name: string): CardRead => {
  const card = cardRead(testTrack2(testCard(name)), 'simulated');
  if (!card) throw new Error(`the deck's ${name} does not read`);
  return card;
};

async function aPayment() {
  const host = aHost();
  const state = aTerminalState(host);
  const storage = new MemoryStore<TerminalState>();
  await storage.put(state.terminalId, state.accountName, state);
  const keys = new TerminalKeys(storage, state.terminalId);
  return { host, keys, submissions: new MemoryStore<Submission>(), payment: await preparePayment(await anOrder()) };
}

describe('a sealed transaction', () => {
  it('opens for the host: card and fee under the data key, the PIN under the PIN key alone', async () => {
    const { host, keys, submissions, payment } = await aPayment();
    const digest = await signatureDigest({ kind: 'typed', name: 'Lin' }, payment.digest);
    const security = { pin: new Sensitive('123456'), signatureDigest: digest };
    const { body } = await submitPayment(keys, submissions, payment, swiped('unionpay-pin'), security, 'acc_1');

    const ksn = KeySerialNumber.parse(body.ksn);
    const dataKey = hostDeriveWorkingKey(nobleAes, host.dataBdk, ksn, 'data-encrypt', 'aes128');
    const opened = openEnvelope(nobleAes, dataKey, body, payment.digest, keys.terminalId).reveal('test');
    expect(opened.fee).toMatchObject({ amountMinor: '12850', currency: 'CNY', orderId: payment.order.id });
    expect(opened.security.signature?.digest).toBe(digest);

    const pinKsn = KeySerialNumber.parse(opened.security.pinKsn ?? '');
    const pinKey = hostDeriveWorkingKey(nobleAes, host.pinBdk, pinKsn, 'pin-encryption', 'aes128');
    const block = fromHex(opened.security.pinBlock, 16, 'TEST.BLOCK', 'A block');
    const { pan } = parseTrack2(track2Of(opened.card));
    expect(decodePinBlockFormat4(nobleAes, pinKey, block, pan).reveal('test')).toBe('123456');
    const wrongKey = hostDeriveWorkingKey(nobleAes, host.dataBdk, pinKsn, 'pin-encryption', 'aes128');
    expect(() => decodePinBlockFormat4(nobleAes, wrongKey, block, pan)).toThrow('PIN block');
  });

  it('keeps no card data and no PIN in what is stored', async () => {
    const { keys, submissions, payment } = await aPayment();
    const security = { pin: new Sensitive('123456') };
    const stored = JSON.stringify(
      await submitPayment(keys, submissions, payment, swiped('unionpay-pin'), security, 'acc_1'),
    );
    expect(stored).not.toContain(testCard('unionpay-pin').pan);
    expect(stored).not.toContain('123456');
  });

  it('is sealed once: a second click gets the bytes that are on their way', async () => {
    const { keys, submissions, payment } = await aPayment();
    const click = () => submitPayment(keys, submissions, payment, swiped('visa-no-pin'), {}, 'acc_1');
    const [first, second] = await Promise.all([click(), click()]);
    expect(second).toEqual(first);
  });

  it('carries a card that its reader encrypted unread, and makes no PIN block for it', async () => {
    const { host, keys, submissions, payment } = await aPayment();
    const ciphertext = 'ab'.repeat(40);
    const track = { suite: 'mt1', form: 'magtek-track2', cipher: 'tdes', ksn: '9876543210e000000001' } as const;
    const card: ProtectedCardRead = {
      ...{ entryMode: 'magstripe', readerKind: 'magtek', readerProtected: true, masked: '', bin: '', last4: '' },
      protectedTrack: { ...track, ciphertext: new Sensitive(ciphertext), sessionId: 'cd'.repeat(8) },
    };
    const pin = new Sensitive('123456');
    const refused = submitPayment(keys, submissions, payment, card, { pin }, 'acc_1');
    await expect(refused).rejects.toMatchObject({ code: 'TERMINAL.PIN_IMPOSSIBLE' });
    const { body } = await submitPayment(keys, submissions, payment, card, { biometricAssertion: '{}' }, 'acc_1');
    const ksn = KeySerialNumber.parse(body.ksn);
    const dataKey = hostDeriveWorkingKey(nobleAes, host.dataBdk, ksn, 'data-encrypt', 'aes128');
    const opened = openEnvelope(nobleAes, dataKey, body, payment.digest, keys.terminalId).reveal('test');
    expect(opened.card).toEqual({
      ...{ entryMode: 'magstripe', readerKind: 'magtek', readerProtected: true },
      protectedTrack: { ...track, ciphertext, sessionId: 'cd'.repeat(8) },
    });
    expect(opened.security).toEqual({ biometric: { assertion: '{}' } });
  });

  it('asks for a PIN when the service code does', () => {
    expect(pinRequired(swiped('unionpay-pin'))).toBe(true);
    expect(pinRequired(swiped('visa-no-pin'))).toBe(false);
  });
});

describe('preparePayment', () => {
  it.each([
    ['amount', { amountMinor: '1' }],
    ['payee', { payeeName: 'Somebody Else' }],
    ['terms', { terms: '' }],
  ])('refuses an order whose %s is not what its digest says', async (_, change) => {
    const order = { ...(await anOrder()), ...change };
    await expect(preparePayment(order)).rejects.toMatchObject({ code: 'TERMINAL.ORDER_CHANGED' });
  });

  it('refuses an order that is not the one the person saw, even with a true digest of its own', async () => {
    const shown = await anOrder();
    const claimed = await anOrder({ amountMinor: '99999' });
    await expect(preparePayment(claimed, shown.digest)).rejects.toMatchObject({ code: 'TERMINAL.ORDER_CHANGED' });
  });

  it('makes the indication signal from the fee information', async () => {
    const { indication, digest } = await preparePayment(await anOrder());
    expect(indication).toMatchObject({ orderDigest: digest, amount: '128.50', currency: 'CNY' });
  });
});

describe('signatureDigest', () => {
  const drawn = { kind: 'drawn' as const, strokes: [[0, 1, 2].map((x) => ({ x, y: x, time: x }))] };

  it('binds the strokes to the order', async () => {
    expect(await signatureDigest(drawn, 'a')).not.toBe(await signatureDigest(drawn, 'b'));
  });

  it('refuses an empty one', () => {
    expect(() => signatureDigest({ kind: 'typed', name: ' ' }, 'a')).toThrow('no signature');
    expect(() => signatureDigest({ kind: 'drawn', strokes: [] }, 'a')).toThrow('no signature');
  });
});
