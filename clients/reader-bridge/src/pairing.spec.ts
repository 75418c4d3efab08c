import { describe, expect, it } from '@jest/globals';
import { Pairing } from './pairing.js';

const ORIGIN = 'https://pay.test';

function aPairing() {
  const codes: string[] = [];
  const time = { ms: 0 };
  const pairing = new Pairing(
    () => time.ms,
    (code) => codes.push(code),
  );
  const wrong = () => (codes.at(-1) === '00000000' ? '00000001' : '00000000');
  const tokenOf = (outcome: ReturnType<Pairing['redeem']>) => (typeof outcome === 'object' ? outcome.token : outcome);
  return { codes, time, pairing, wrong, tokenOf };
}

describe('Pairing', () => {
  it('gives a token for the code in the window, once', () => {
    const { codes, pairing, tokenOf } = aPairing();
    const [code = ''] = codes;
    expect(code).toMatch(/^\d{8}$/);
    const token = tokenOf(pairing.redeem(`${code.slice(0, 4)} ${code.slice(4)}`, ORIGIN));
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(pairing.recognise(token, ORIGIN)).toBe(true);
    expect(pairing.redeem(code, ORIGIN)).toBe('wrong');
    expect(codes).toHaveLength(2);
  });

  it('knows a token for its own origin only', () => {
    const { codes, pairing, tokenOf } = aPairing();
    const token = tokenOf(pairing.redeem(codes[0]!, ORIGIN));
    expect(pairing.recognise(token, 'https://other.test')).toBe(false);
    expect(pairing.recognise('0'.repeat(64), ORIGIN)).toBe(false);
  });

  it('locks after five wrong codes, for a minute, with another code afterwards', () => {
    const { codes, time, pairing, wrong } = aPairing();
    const guesses = Array.from({ length: 5 }, () => pairing.redeem(wrong(), ORIGIN));
    expect(guesses).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'locked']);
    expect(codes).toHaveLength(2);
    expect(codes[1]).not.toBe(codes[0]);
    expect(pairing.redeem(codes[1]!, ORIGIN)).toBe('locked');
    time.ms = 59_999;
    expect(pairing.redeem(codes[1]!, ORIGIN)).toBe('locked');
    time.ms = 60_000;
    expect(pairing.redeem(codes[0]!, ORIGIN)).toBe('wrong');
    expect(pairing.redeem(codes[1]!, ORIGIN)).toHaveProperty('token');
  });

  it('remembers the latest eight pages', () => {
    const { codes, pairing, tokenOf } = aPairing();
    const tokens = Array.from({ length: 9 }, () => tokenOf(pairing.redeem(codes.at(-1)!, ORIGIN)));
    expect(tokens.map((token) => pairing.recognise(token, ORIGIN))).toEqual([false, ...Array(8).fill(true)]);
  });
});
