import { describe, expect, it } from '@jest/globals';
import { type CueKind, cueOf, cuePlayer, type Light } from './cue.js';

const KINDS: readonly CueKind[] = ['ready', 'reading', 'read', 'error'];

describe('cueOf', () => {
  it.each(['light', 'sound', 'vibration'] as const)('tells all kinds apart by %s alone', (form) => {
    const patterns = KINDS.map((kind) => JSON.stringify(cueOf(kind)[form]));
    expect(new Set(patterns).size).toBe(KINDS.length);
  });

  it('does not rely on the colour of a light', () => {
    const patterns = (['ready', 'read', 'error'] as const).map((kind) => cueOf(kind).light.pattern);
    expect(new Set(patterns).size).toBe(3);
  });
});

describe('cuePlayer', () => {
  it('gives the light to the page and the vibration to the phone, and takes both back', () => {
    const lights: (Light | undefined)[] = [];
    const vibrations: number[][] = [];
    const player = cuePlayer({
      vibrate: (pattern) => vibrations.push(pattern),
      onLight: (light) => lights.push(light),
    });
    player.play(cueOf('error'));
    player.stop();
    expect(lights).toEqual([{ colour: 'red', pattern: 'double-blink' }, undefined]);
    expect(vibrations).toEqual([[150, 100, 150, 100, 300], []]);
  });
});
