import { describe, expect, it } from '@jest/globals';
import { decodeF2f } from './f2f-decoder.js';
import { corpus } from './swipe-corpus.js';

const COUNT = Number(process.env['SWIPES'] ?? 300);
const SEED = Number(process.env['SEED'] ?? 20120750632);

describe('decodeF2f over generated swipes', () => {
  it('accepts no wrong text and decodes most swipes of every group', () => {
    const rates = new Map<string, { swipes: number; right: number; wrong: number; reasons: Record<string, number> }>();
    for (const swipe of corpus(COUNT, SEED)) {
      const rate = rates.get(swipe.group) ?? { swipes: 0, right: 0, wrong: 0, reasons: {} };
      rates.set(swipe.group, rate);
      const result = decodeF2f(swipe.waveform(), swipe.physics.sampleRate);
      rate.swipes++;
      if ('reason' in result) {
        rate.reasons[result.reason] = (rate.reasons[result.reason] ?? 0) + 1;
        if (process.env['V']) console.log(swipe.group, result.reason, JSON.stringify(swipe.physics));
      }
      else if (result.text === swipe.text && result.reversed === (swipe.physics.reversed ?? false)) rate.right++;
      else rate.wrong++;
    }
    const rows = [...rates].map(([g, r]) => `${g.padEnd(16)} ${r.right}/${r.swipes} wrong ${r.wrong} ${JSON.stringify(r.reasons)}`);
    process.stdout.write(rows.join('\n') + '\n');
    expect([...rates.values()].reduce((s, r) => s + r.wrong, 0)).toBe(0);
  });
});
