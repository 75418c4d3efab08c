import { inspect } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Sensitive } from '@openswipe/kernel';
import { bytes, codeOf, hexOf, key, vectors } from '../../test/vectors.js';
import { nobleAes } from '../aes-engine.js';
import { KeySerialNumber, lowestOneBit, oneBits } from '../key-serial-number.js';
import { nodeAes } from '../node-aes.js';
import { DukptTerminal, type DukptState } from './originating-side.js';
import { deriveInitialKey, hostDeriveWorkingKey } from './receiving-side.js';

const { bdk, initialKeyId, initialKey } = vectors('dukpt-aes128');
const freshTerminal = () => DukptTerminal.initialize(nodeAes, key(initialKey), initialKeyId);

/** A terminal as it stands after honest play up to `counter`: one real step for each one bit, the rest skipped. */
function terminalAt(counter: number): DukptTerminal {
  let terminal = freshTerminal();
  let prefix = 0;
  for (let bit = 31; bit >= 0; bit--) {
    if (Math.floor(counter / 2 ** bit) % 2 === 0) continue;
    const lowest = Math.max(0, bit - (16 - oneBits(prefix)));
    terminal = DukptTerminal.fromState(nodeAes, {
      ...terminal.toState(),
      counter: prefix + 2 ** bit - 2 ** lowest,
    });
    prefix = terminal.next([]).ksn.counter;
  }
  return terminal;
}

describe('DukptTerminal', () => {
  it.each([
    ['from the first transaction', 0, 4000],
    ['over the first counter with 17 ones', 0x1fc00, 1200],
    ['with 13 ones above', 0xfff80000, 900],
    ['from the middle', 8675309, 500],
  ])('agrees with the host %s', (_where, start, count) => {
    const terminal = start === 0 ? freshTerminal() : terminalAt(start);
    for (let i = 0; i < count; i++) {
      const { ksn, keys } = terminal.next(['data-encrypt']);
      const host = hostDeriveWorkingKey(nodeAes, key(bdk), ksn, 'data-encrypt', 'aes128');
      if (hexOf(keys['data-encrypt']) !== hexOf(host)) throw new Error(`The sides disagree at ${ksn.hex}`);
    }
    expect(terminal.toState().counter).toBeGreaterThanOrEqual(start + count);
  });

  it.each(['aes192', 'aes256'] as const)('agrees with the host for %s keys, on the browser engine', (keyType) => {
    const strongBdk = new Sensitive(new Uint8Array(keyType === 'aes192' ? 24 : 32).fill(7));
    const loaded = deriveInitialKey(nobleAes, strongBdk, bytes(initialKeyId));
    const terminal = DukptTerminal.initialize(nobleAes, loaded, initialKeyId);
    for (let i = 0; i < 100; i++) {
      const { ksn, keys } = terminal.next(['pin-encryption', 'mac-both'], keyType);
      for (const usage of ['pin-encryption', 'mac-both'] as const) {
        expect(hexOf(keys[usage])).toBe(hexOf(hostDeriveWorkingKey(nodeAes, strongBdk, ksn, usage, keyType)));
      }
    }
  });

  it('advances the counter and destroys the key before it hands out a working key', () => {
    const terminal = freshTerminal();
    const used = terminal.toState().registers[0];
    const { ksn } = terminal.next(['data-encrypt']);
    expect(ksn.counter).toBe(1);
    expect(terminal.toState().counter).toBe(1);
    expect(terminal.toState().registers[0]).toBeNull();
    expect(JSON.stringify(terminal.toState())).not.toContain(used);
  });

  it('keeps no key of an earlier counter, and not the initial key', () => {
    const terminal = freshTerminal();
    const spent = new Set([initialKey.toLowerCase()]);
    for (let i = 0; i < 600; i++) {
      const before = terminal.toState();
      const { counter } = terminal.next([]).ksn;
      spent.add(before.registers[lowestOneBit(counter)] ?? 'missing');
      expect(terminal.toState().registers.some((register) => register !== null && spent.has(register))).toBe(false);
    }
    expect(spent.size).toBe(601);
  });

  it('never gives one working key twice', () => {
    const terminal = freshTerminal();
    const seen = new Set<string>();
    for (let i = 0; i < 1000; i++) seen.add(hexOf(terminal.next(['data-encrypt']).keys['data-encrypt']));
    expect(seen.size).toBe(1000);
  });

  it('goes on from its stored state as if it had never stopped', () => {
    const kept = freshTerminal();
    let stored = freshTerminal();
    for (let i = 0; i < 70; i++) {
      const a = kept.next(['pin-encryption']);
      stored = DukptTerminal.fromState(nodeAes, JSON.parse(JSON.stringify(stored.toState())));
      const b = stored.next(['pin-encryption']);
      expect([b.ksn.hex, hexOf(b.keys['pin-encryption'])]).toEqual([a.ksn.hex, hexOf(a.keys['pin-encryption'])]);
    }
  });

  it('is exhausted after the last counter and stays so', () => {
    const terminal = terminalAt(0xfffc0000);
    let last = terminal.next(['data-encrypt']);
    // 14 ones stand above 18 bits: 18 counters have one more, 153 have two more.
    for (let i = 1; i < 18 + 153; i++) last = terminal.next(['data-encrypt']);
    expect(last.ksn.counter).toBe(0xffff0000);
    const host = hostDeriveWorkingKey(nodeAes, key(bdk), last.ksn, 'data-encrypt', 'aes128');
    expect(hexOf(last.keys['data-encrypt'])).toBe(hexOf(host));
    expect(terminal.toState().registers.every((register) => register === null)).toBe(true);
    expect(codeOf(() => terminal.next(['data-encrypt']))).toBe('CARD.KEY_EXHAUSTED');
    expect(codeOf(() => terminal.next(['data-encrypt']))).toBe('CARD.KEY_EXHAUSTED');
  });

  it('is not printed', () => {
    const terminal = freshTerminal();
    const printed = [String(terminal), JSON.stringify(terminal), inspect(terminal, { depth: 9, showHidden: true })];
    for (const register of terminal.toState().registers) expect(printed.join()).not.toContain(register);
  });

  describe('given a broken state', () => {
    let state: DukptState;
    beforeAll(() => {
      state = freshTerminal().toState();
    });

    it.each([
      ['nothing', () => undefined],
      ['too few registers', () => ({ ...state, registers: state.registers.slice(1) })],
      ['no registers', () => ({ ...state, registers: 'none' })],
      [
        'a register that is not hexadecimal',
        () => ({ ...state, registers: state.registers.map(() => 'z'.repeat(32)) }),
      ],
      ['registers of two lengths', () => ({ ...state, registers: ['00'.repeat(32), ...state.registers.slice(1)] })],
      ['a register of a wrong length', () => ({ ...state, registers: state.registers.map(() => '00') })],
    ])('refuses %s', (_what, broken) => {
      const act = () => DukptTerminal.fromState(nodeAes, broken() as DukptState);
      expect(codeOf(act)).toBe('CARD.DUKPT_STATE_INVALID');
    });

    it('refuses a counter that cannot be', () => {
      expect(codeOf(() => DukptTerminal.fromState(nodeAes, { ...state, counter: 0x1ffff }))).toBe('CARD.KSN_INVALID');
    });

    it('refuses to work without the register that the counter needs', () => {
      const robbed = DukptTerminal.fromState(nodeAes, { ...state, registers: state.registers.map(() => null) });
      expect(codeOf(() => robbed.next(['data-encrypt']))).toBe('CARD.DUKPT_STATE_INVALID');
    });
  });
});

describe('the receiving side', () => {
  it('refuses counter 0, which is no transaction', () => {
    const ksn = KeySerialNumber.of(initialKeyId, 0);
    expect(codeOf(() => hostDeriveWorkingKey(nodeAes, key(bdk), ksn, 'data-encrypt', 'aes128'))).toBe(
      'CARD.KSN_INVALID',
    );
  });

  it('derives no key that is stronger than the BDK', () => {
    const ksn = KeySerialNumber.of(initialKeyId, 1);
    const act = () => hostDeriveWorkingKey(nodeAes, key(bdk), ksn, 'data-encrypt', 'aes256');
    expect(codeOf(act)).toBe('CARD.KEY_INVALID');
    expect(codeOf(() => freshTerminal().next(['data-encrypt'], 'aes256'))).toBe('CARD.KEY_INVALID');
  });

  it('refuses a malformed BDK and a malformed initial key id', () => {
    expect(codeOf(() => deriveInitialKey(nodeAes, key('00'), bytes(initialKeyId)))).toBe('CARD.KEY_INVALID');
    expect(codeOf(() => deriveInitialKey(nodeAes, key(bdk), bytes('1234')))).toBe('CARD.KSN_INVALID');
  });
});
