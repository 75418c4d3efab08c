import { describe, expect, it } from '@jest/globals';
import {
  DukptTerminal,
  Pan,
  deriveInitialKey,
  encodePinBlockFormat4,
  parseTrack2,
  toHex,
  type Bytes,
} from '@openswipe/card';
import { BaseDerivationKeys, nodeAes } from '@openswipe/card/host';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import { TestPinPad } from '@openswipe/card/test-reader';
import { DomainError, Sensitive } from '@openswipe/kernel';
import type { PresentedCard } from '../domain/presented-card.js';
import { ReadPin } from './read-pin.js';

const BDK_ID = '4f535031';
const KEY_ID = `${BDK_ID}00000001`;
const bdk = new Sensitive(new Uint8Array(16).fill(7));
const OLD_KEY_ID = '4f53503000000002';
const oldBdk = new Sensitive(new Uint8Array(16).fill(6));
const bytesOf = (hex: string): Bytes => new Uint8Array(Buffer.from(hex, 'hex'));
const isOld = (name: string) => name === 'pin-bdk:4f535030';
const pinBdks = new BaseDerivationKeys(
  nodeAes,
  { key: (name) => (isOld(name) ? oldBdk : bdk), has: isOld },
  'pin-bdk',
  BDK_ID,
);
const readPin = new ReadPin(nodeAes, pinBdks, { key: () => bdk });
const holders = new Map([
  [KEY_ID, 'ter_1'],
  [OLD_KEY_ID, 'ter_0'],
  ['0badf00d00000001', 'ter_gone'],
]);

const card = testCard('unionpay-pin');
const { pan } = parseTrack2(testTrack2(card));
const pinBlock = (pin = '123456', of: Pan = pan, [from, keyId] = [bdk, KEY_ID] as [typeof bdk, string]) => {
  const terminal = DukptTerminal.initialize(nodeAes, deriveInitialKey(nodeAes, from, bytesOf(keyId)), keyId);
  const { ksn, keys } = terminal.next(['pin-encryption']);
  const block = encodePinBlockFormat4(nodeAes, keys['pin-encryption'], new Sensitive(pin), of, new Uint8Array(8));
  return { block, ksn: ksn.hex, enteredOn: 'page' as const };
};
const presented = (pin?: PresentedCard['pin']) => ({ pan, ...(pin ? { pin } : {}) });
const unusable = (reason: string) => ({ kind: 'declined', reasonCode: 'RISK.PIN_REQUIRED', facts: { reason } });

describe('reading the PIN', () => {
  it('deciphers the block that the terminal made, with the key of its KSN', () => {
    const reading = readPin.execute(presented(pinBlock()), true, 'ter_1', holders);
    expect(reading.kind === 'pin' && reading.pin.reveal('test')).toBe('123456');
  });

  it('goes on with terminals whose key is of an earlier BDK', () => {
    const pin = pinBlock('123456', pan, [oldBdk, OLD_KEY_ID]);
    const reading = readPin.execute(presented(pin), true, 'ter_0', holders);
    expect(reading.kind === 'pin' && reading.pin.reveal('test')).toBe('123456');
  });

  it('declines a key that was issued once, of a BDK that is not here any more', () => {
    const pin = { ...pinBlock(), ksn: '0badf00d0000000100000001' };
    expect(readPin.execute(presented(pin), true, 'ter_gone', holders)).toEqual(unusable('pin-block-invalid'));
  });

  it('takes the KSN in any case of letters', () => {
    const pin = pinBlock();
    expect(readPin.execute(presented({ ...pin, ksn: pin.ksn.toUpperCase() }), true, 'ter_1', holders).kind).toBe('pin');
  });

  it('declines where a PIN is asked for and none came', () =>
    expect(readPin.execute(presented(), true, 'ter_1', holders)).toEqual({
      kind: 'declined',
      reasonCode: 'RISK.PIN_REQUIRED',
      facts: {},
    }));

  it('leaves alone a PIN that is not asked for, be it rubbish', () => {
    const rubbish = { block: new Uint8Array(3), ksn: 'zz', enteredOn: 'page' as const };
    expect(readPin.execute(presented(rubbish), false, 'ter_1', holders)).toEqual({ kind: 'none' });
  });

  it.each([
    ['another terminal', 'ter_2', pinBlock()],
    ['another BDK', 'ter_1', { ...pinBlock(), ksn: `0badf00d${pinBlock().ksn.slice(8)}` }],
    ['no initial key of ours', 'ter_1', { ...pinBlock(), ksn: `${BDK_ID}0000000900000001` }],
    ['no KSN', 'ter_1', { ...pinBlock(), ksn: '' }],
  ])('declines a block under a key of %s', (_, terminalId, pin) =>
    expect(readPin.execute(presented(pin), true, terminalId, holders)).toEqual(unusable('pin-key-unknown')),
  );

  it.each([
    ['of another PAN', pinBlock('123456', Pan.parse(testCard('visa-pin').pan))],
    ['that was changed', { ...pinBlock(), block: pinBlock().block.map((byte, at) => (at === 3 ? byte ^ 1 : byte)) }],
    ['of another length', { ...pinBlock(), block: new Uint8Array(8) }],
    ['under another counter', { ...pinBlock(), ksn: `${KEY_ID}00000002` }],
    ['under counter 0, which is no transaction', { ...pinBlock(), ksn: `${KEY_ID}00000000` }],
    ['under a counter that DUKPT skips', { ...pinBlock(), ksn: `${KEY_ID}ffffffff` }],
    ['with a KSN cut short', { ...pinBlock(), ksn: KEY_ID }],
  ])('declines a block %s', (_, pin) =>
    expect(readPin.execute(presented(pin), true, 'ter_1', holders)).toEqual(unusable('pin-block-invalid')),
  );

  it('shows no PIN, block or PAN in what it returns', () => {
    const pin = pinBlock();
    const shown = JSON.stringify([readPin.execute(presented(pin), true, 'ter_1', holders), presented(pin).pan]);
    for (const secret of ['123456', card.pan, toHex(pin.block)]) expect(shown).not.toContain(secret);
  });

  describe('that was entered on the reader', () => {
    const readerBdk = new Sensitive(new Uint8Array(16).fill(9));
    const withReaders = new ReadPin(nodeAes, pinBdks, { key: () => readerBdk });
    const entered = (pad: TestPinPad, pin = '123456', of: Pan = pan) => {
      const { pinBlock, pinKsn } = pad.enter(pin, of);
      return { block: new Uint8Array(Buffer.from(pinBlock, 'hex')), ksn: pinKsn, enteredOn: 'reader' as const };
    };
    const nobody = new Map<string, string>();

    it.each(['tdes', 'aes'] as const)('deciphers the block of a reader with %s keys, whoever carries it', (dukpt) => {
      const reading = withReaders.execute(presented(entered(new TestPinPad(readerBdk, dukpt))), true, 'ter_9', nobody);
      expect(reading.kind === 'pin' && reading.pin.reveal('test')).toBe('123456');
    });

    it.each(['tdes', 'aes'] as const)('declines a %s block of another PAN, of another BDK or cut short', (dukpt) => {
      const good = entered(new TestPinPad(readerBdk, dukpt));
      const wrong = [
        entered(new TestPinPad(readerBdk, dukpt), '123456', Pan.parse(testCard('visa-pin').pan)),
        entered(new TestPinPad(bdk, dukpt)),
        { ...good, block: good.block.slice(1) },
        { ...good, ksn: `${good.ksn.slice(0, -1)}0` },
      ];
      for (const pin of wrong) {
        expect(withReaders.execute(presented(pin), true, 'ter_9', nobody)).toEqual(unusable('pin-block-invalid'));
      }
    });

    it('declines what was entered under the key of a page and says that it was not', () => {
      const pin = { ...pinBlock(), enteredOn: 'reader' as const };
      expect(withReaders.execute(presented(pin), true, 'ter_1', holders)).toEqual(unusable('pin-block-invalid'));
    });

    it('declines the PIN pads of readers where their BDK is not here, and names that', () => {
      const without = new ReadPin(nodeAes, pinBdks, {
        key: (id) => {
          throw new DomainError('CARD.KEY_UNKNOWN', `no key ${id}`);
        },
      });
      const pin = entered(new TestPinPad(readerBdk));
      expect(without.execute(presented(pin), true, 'ter_9', nobody)).toMatchObject({
        kind: 'declined',
        reasonCode: 'RISK.PIN_PAD_UNKNOWN',
      });
    });
  });
});
