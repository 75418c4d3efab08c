import { Pan, type ProtectedCard } from '@openswipe/card';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { TestPinPad, TestReader, type TestReaderOptions } from '@openswipe/card/test-reader';
import type { Order } from '@openswipe/contracts';
import { newId, Sensitive } from '@openswipe/kernel';
import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import {
  everythingKept,
  expectRedeliveryToChangeNothing,
  heldOrder,
  openedBy,
  rejectionOf,
  submit,
  the,
  verifiedOf,
} from './enrolled-terminal.js';

const CARD = testCard('unionpay-no-pin');
const TRACK = testTrack2(CARD);

/** A reader that nobody has seen yet. */
const aReader = (options: TestReaderOptions = {}): TestReader => {
  const id = randomBytes(8);
  id[7] = (id[7] ?? 0) & 0xe0;
  return new TestReader(new Sensitive(the.keys['reader-bdk']), { initialKeyId: id.toString('hex'), ...options });
};
const sessionOf = ({ digest }: Order): string => digest.slice(0, 16);

const withCiphertext = (card: ProtectedCard, change: (ciphertext: string) => string): ProtectedCard => ({
  ...card,
  protectedTrack: { ...card.protectedTrack, ciphertext: change(card.protectedTrack.ciphertext) },
});

describe('a card that its reader enciphered', () => {
  it.each(['magtek-track2', 'idtech-track2', 'magtek-arqc'] as const)('is verified: %s', async (form) => {
    const order = heldOrder();
    const reader = aReader({ form });
    const submitted = await submit(order, { read: reader.swipe(TRACK, { sessionId: sessionOf(order) }) });
    const verified = await verifiedOf(submitted.transactionId);
    expect(verified).toMatchObject({
      card: { bin: CARD.pan.slice(0, 8), last4: CARD.pan.slice(-4), readerProtected: true, readerKind: 'magtek' },
      biometricVerified: false,
    });
    const opened = openedBy(verified);
    expect(opened.pan).toBe(CARD.pan);
    expect(opened.track2).toBe(TRACK.slice(1, -1));
    expect(opened.field55).toHaveLength(0);
    expect(the.neighbours.readerCalls).toContainEqual({
      accountId: submitted.accountId,
      initialKeyId: reader.initialKeyId,
    });
  });

  it('pays once: its counter only moves forward, whatever the order', async () => {
    const reader = aReader();
    const read = reader.swipe(TRACK, { counter: 7 });
    await verifiedOf((await submit(heldOrder(), { read })).transactionId);
    const older = reader.swipe(TRACK, { counter: 6 });
    const newer = reader.swipe(TRACK, { counter: 8 });
    for (const again of [read, older]) {
      expect(await rejectionOf(await submit(heldOrder(), { read: again }))).toBe('TRANSACTIONS.KSN_REPLAYED');
    }
    await verifiedOf((await submit(heldOrder(), { read: newer })).transactionId);
  });

  it('is refused with a changed bit or under a counter of a guess, which does not burn the counter', async () => {
    const reader = aReader();
    const read = reader.swipe(TRACK, { counter: 3 });
    const flipped = withCiphertext(read, (hex) => `${hex[0] === '0' ? '1' : '0'}${hex.slice(1)}`);
    expect(await rejectionOf(await submit(heldOrder(), { read: flipped }))).toBe('CARD.READER_DATA_INVALID');
    const { ksn } = reader.swipe(TRACK, { counter: 0x400 }).protectedTrack;
    const guessed = { ...read, protectedTrack: { ...read.protectedTrack, ksn } };
    expect(await rejectionOf(await submit(heldOrder(), { read: guessed }))).toBe('CARD.READER_DATA_INVALID');
    await verifiedOf((await submit(heldOrder(), { read })).transactionId);
  });

  it('is refused when the reader was armed for another order, or for none', async () => {
    for (const sessionId of [sessionOf(heldOrder()), '00'.repeat(8)]) {
      const read = aReader().swipe(TRACK, { sessionId });
      expect(await rejectionOf(await submit(heldOrder(), { read }))).toBe('TRANSACTIONS.DIGEST_MISMATCH');
    }
  });

  it.each(['ACCOUNTS.READER_LOST', 'ACCOUNTS.READER_FOREIGN'])('is refused from a reader that is %s', async (code) => {
    const reader = aReader();
    the.neighbours.readers.set(reader.initialKeyId, code);
    expect(await rejectionOf(await submit(heldOrder(), { read: reader.swipe(TRACK) }))).toBe(code);
  });

  it('waits for accounts where it does not answer', async () => {
    the.neighbours.accountsOutages = 2;
    const { transactionId } = await submit(heldOrder(), { read: aReader().swipe(TRACK) });
    await verifiedOf(transactionId);
    expect(the.neighbours.accountsOutages).toBe(0);
  });

  it('is refused where the platform has no BDK of its cipher', async () => {
    const read = aReader({ cipher: 'aes', initialKeyId: '1234567812345678' }).swipe(TRACK);
    expect(await rejectionOf(await submit(heldOrder(), { read }))).toBe('TRANSACTIONS.READER_KEYS_MISSING');
  });

  it('is refused with a counter that DUKPT never uses, and with what is no track 2', async () => {
    const read = aReader().swipe(TRACK);
    const used = { ...read, protectedTrack: { ...read.protectedTrack, ksn: `${'ab'.repeat(7)}ffffff` } };
    expect(await rejectionOf(await submit(heldOrder(), { read: used }))).toBe('CARD.KSN_INVALID');
    const other = aReader().swipe('%B6225880000000001^A^3112120?');
    expect(await rejectionOf(await submit(heldOrder(), { read: other }))).toBe('CARD.READER_DATA_INVALID');
  });

  it('takes the PIN of the reader’s own pad along, unread, and each of them once', async () => {
    const pinBdk = new Sensitive(new Uint8Array(16).fill(0x5a));
    const reader = aReader();
    const pad = new TestPinPad(pinBdk, 'tdes', reader.initialKeyId);
    const pan = Pan.parse(CARD.pan);
    const readerPin = pad.enter('123456', pan);
    const { transactionId } = await submit(heldOrder(), { read: reader.swipe(TRACK), readerPin });
    const opened = openedBy(await verifiedOf(transactionId));
    expect(opened.pinByReader).toBe(true);
    expect(opened.pinBlock.toString('hex')).toBe(readerPin.pinBlock);
    expect(opened.pinKsn.toString('hex')).toBe(readerPin.pinKsn);
    for (const again of [readerPin, pad.enter('123456', pan, 1)]) {
      const replayed = await submit(heldOrder(), { read: reader.swipe(TRACK), readerPin: again });
      expect(await rejectionOf(replayed)).toBe('TRANSACTIONS.KSN_REPLAYED');
    }
    const next = pad.enter('123456', pan, 2);
    await verifiedOf((await submit(heldOrder(), { read: reader.swipe(TRACK), readerPin: next })).transactionId);
  });

  it('is refused where the PIN pad was reported lost, whatever the card was read with', async () => {
    const pad = new TestPinPad(new Sensitive(new Uint8Array(16).fill(0x5a)), 'tdes', aReader().initialKeyId);
    the.neighbours.readers.set(pad.initialKeyId, 'ACCOUNTS.READER_LOST');
    for (const read of [{}, { read: aReader().swipe(TRACK) }]) {
      const readerPin = pad.enter('123456', Pan.parse(CARD.pan));
      expect(await rejectionOf(await submit(heldOrder(), { ...read, readerPin }))).toBe('ACCOUNTS.READER_LOST');
    }
  });

  it('is refused where somebody else owns the PIN pad, whose count that does not move', async () => {
    const pad = new TestPinPad(new Sensitive(new Uint8Array(16).fill(0x5b)), 'tdes', aReader().initialKeyId);
    const enter = () => pad.enter('123456', Pan.parse(CARD.pan), 40);
    the.neighbours.readers.set(pad.initialKeyId, 'ACCOUNTS.READER_FOREIGN');
    expect(await rejectionOf(await submit(heldOrder(), { readerPin: enter() }))).toBe('ACCOUNTS.READER_FOREIGN');
    the.neighbours.readers.delete(pad.initialKeyId);
    await verifiedOf((await submit(heldOrder(), { readerPin: enter() })).transactionId);
  });

  it('redelivered three times changes nothing, and is nowhere kept in clear', async () => {
    await expectRedeliveryToChangeNothing();
    expect(await everythingKept()).not.toContain(CARD.pan);
  });
});

describe('a reader that wants proof before it reads', () => {
  const ask = async (reader: TestReader, challenge = reader.challenge(), digest = sessionOf(heldOrder()).repeat(4)) => {
    const hex = Buffer.from(challenge.answer).toString('hex');
    const { reply } = await the.transactions.call.answerReaderChallenge({
      accountId: newId('account'),
      orderDigest: digest,
      seconds: 299,
      ksn: hex.slice(0, 20),
      challenge: hex.slice(20, 36),
    });
    return { reply: new Uint8Array(reply), digest };
  };

  it('gets it, with the order as session id', async () => {
    const reader = aReader();
    const challenge = reader.challenge();
    const { reply, digest } = await ask(reader, challenge);
    expect(challenge.sessionIdOf(reply)).toBe(digest.slice(0, 16));
  });

  it('gets none with another key, and none where it was reported lost', async () => {
    const foreign = new TestReader(new Sensitive(new Uint8Array(16).fill(1)));
    await expect(ask(foreign)).rejects.toMatchObject({ code: 'TRANSACTIONS.READER_KEYS_MISSING' });
    const lost = aReader();
    the.neighbours.readers.set(lost.initialKeyId, 'ACCOUNTS.READER_LOST');
    await expect(ask(lost)).rejects.toMatchObject({ code: 'ACCOUNTS.READER_LOST', kind: 'forbidden' });
  });
});
