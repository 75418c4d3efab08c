import { describe, expect, it } from '@jest/globals';
import { wavOf } from './wav.js';

describe('wavOf', () => {
  it('writes a mono 16-bit RIFF file and limits what is too loud', () => {
    const file = Buffer.from(wavOf(Float32Array.of(0, 1, -1, 2), 44_100));
    expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
    expect([file.readUInt16LE(22), file.readUInt32LE(24), file.readUInt16LE(34)]).toEqual([1, 44_100, 16]);
    expect([file.readUInt32LE(4), file.readUInt32LE(40), file.length]).toEqual([44, 8, 52]);
    expect([0, 1, 2, 3].map((index) => file.readInt16LE(44 + 2 * index))).toEqual([0, 32_767, -32_767, 32_767]);
  });
});
