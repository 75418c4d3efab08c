import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Sensitive } from '@openswipe/kernel';
import { bytes, key, vectors } from '../test/vectors.js';
import { openEnvelope, sealEnvelope } from './cipher-suite.js';
import { hostDeriveWorkingKey } from './dukpt/receiving-side.js';
import { unwrapKeyBlock } from './key-block.js';
import { KeySerialNumber } from './key-serial-number.js';
import { nodeAes } from './node-aes.js';
import { Pan } from './pan.js';
import { decodePinBlockFormat4, encodePinBlockFormat4 } from './pin-block.js';
import { parseTrack2 } from './track2.js';
import type { TransactionData } from './transaction-data.js';

const digits: string = vectors('pan').valid[0].pan;
const track = `;${digits}=3012201987654?`;
const PIN = '9753';
const KEY = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';

/** Every way in which a value gets into a log. */
const printed = (value: unknown): string =>
  [String(value), `${value as string}`, JSON.stringify(value), inspect(value, { depth: 9, showHidden: true })].join(
    ' ',
  );

function hidesSecrets(text: string): void {
  const bytesOfKey = [...bytes(KEY).slice(0, 4)].join(', ');
  for (const secret of [digits, digits.slice(4, 12), '987654', PIN, KEY, KEY.toUpperCase(), bytesOfKey]) {
    expect(text).not.toContain(secret);
  }
}

function errorOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

describe('a secret is not printed', () => {
  const pan = Pan.parse(digits);
  const ksn = KeySerialNumber.of('1234567890123456', 5);
  const workingKey = hostDeriveWorkingKey(nodeAes, key(KEY), ksn, 'data-encrypt', 'aes128');
  const pinBlock = encodePinBlockFormat4(nodeAes, key(KEY), new Sensitive(PIN), pan, new Uint8Array(8));
  const data: TransactionData = {
    card: { entryMode: 'magstripe', track2: track, readerKind: 'simulated', readerProtected: false },
    fee: { orderId: 'ord_1', orderDigest: '00'.repeat(32), amountMinor: '1', currency: 'CNY' },
    security: {},
    createdAt: '2026-01-01T00:00:00.000Z',
  };
  const envelope = sealEnvelope(nodeAes, workingKey, ksn, 'ter_1', new Uint8Array(12), new Sensitive(data));

  it.each([
    ['a PAN', pan],
    ['a track', parseTrack2(track)],
    ['a PIN', decodePinBlockFormat4(nodeAes, key(KEY), pinBlock, pan)],
    ['a key', key(KEY)],
    ['an opened envelope', openEnvelope(nodeAes, workingKey, envelope, '00'.repeat(32), 'ter_1')],
  ])('when it is %s', (_what, value) => {
    hidesSecrets(printed(value));
    hidesSecrets(printed({ nested: [value] }));
  });

  it('and a derived key shows none of its bytes', () => {
    const shown = printed(workingKey);
    expect(shown).not.toContain([...workingKey.reveal('test')].slice(0, 4).join(', '));
  });

  it.each([
    ['a PAN', () => Pan.parse(`${digits}0`)],
    ['a track', () => parseTrack2(track.replace('=', '?'))],
    ['a track with a wrong PAN', () => parseTrack2(track.replace('=', '0='))],
    ['a PIN', () => encodePinBlockFormat4(nodeAes, key(KEY), new Sensitive(`${PIN}x`), pan, new Uint8Array(8))],
    ['a PIN block', () => decodePinBlockFormat4(nodeAes, key('00'.repeat(16)), pinBlock, pan)],
    ['a key', () => hostDeriveWorkingKey(nodeAes, key(KEY.slice(2)), ksn, 'data-encrypt', 'aes128')],
    ['a key block', () => unwrapKeyBlock(key(KEY), `D0112P0AE00E0000${KEY}${KEY}${KEY}`)],
    [
      'transaction data',
      () => sealEnvelope(nodeAes, key(KEY), ksn, 't', bytes('00'), new Sensitive({ ...data, card: track } as never)),
    ],
    ['an envelope', () => openEnvelope(nodeAes, key(KEY), envelope, '00'.repeat(32), 'ter_2')],
  ])('by the error about %s', (_what, act) => {
    const error = errorOf(act);
    expect(error).toMatchObject({ code: expect.stringMatching(/^CARD\./) });
    hidesSecrets(`${printed(error)} ${error instanceof Error ? `${error.message} ${error.stack}` : ''}`);
  });
});
