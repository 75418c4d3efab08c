import { describe, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { parseScenario } from './scenario.js';
import { SCENARIOS } from './scenarios.js';

const FOLDER = new URL('./scenarios/', import.meta.url);

describe('parseScenario', () => {
  it('takes every bundled file, and every file is bundled', async () => {
    const names = (await readdir(FOLDER)).map((file) => file.replace('.json', ''));
    expect(Object.keys(SCENARIOS).sort()).toEqual(names.sort());
    for (const name of names) {
      const json: unknown = JSON.parse(await readFile(new URL(`${name}.json`, FOLDER), 'utf8'));
      expect(SCENARIOS[name as keyof typeof SCENARIOS]).toEqual(parseScenario(json));
    }
  });

  it.each([
    [null, 'scenario'],
    [{ card: 'a', steps: [{ do: 'unplug' }] }, 'name'],
    [{ name: 'a', card: 'a', steps: [] }, 'steps'],
    [{ name: 'a', card: 'a', steps: [{ do: 'dance' }] }, 'steps[0].do'],
    [{ name: 'a', card: 'a', steps: [{ do: 'wait' }] }, 'steps[0].ms'],
    [{ name: 'a', card: 'a', steps: [{ do: 'swipe', spede: 3 }] }, 'steps[0].spede'],
    [{ name: 'a', card: 'a', steps: [{ do: 'swipe', speed: 'fast' }] }, 'steps[0].speed'],
    [{ name: 'a', card: 'a', steps: [{ do: 'swipe', damage: [{ from: 0.5, to: 0.4 }] }] }, 'steps[0].damage'],
    [{ name: 'a', card: 'a', steps: [{ do: 'swipe', direction: 'up' }] }, 'steps[0].direction'],
  ])('refuses %j and says where', (json, param) => {
    expect(() => parseScenario(json)).toThrow(expect.objectContaining({ code: 'READER.SCENARIO_INVALID', param }));
  });
});
