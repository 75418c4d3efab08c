import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigurationProblem, loadConfig } from './load-config.js';

const schema = z.object({ PORT: z.coerce.number().int().max(65_535), SECRET: z.string().min(32) });

describe('loadConfig', () => {
  it('gives a frozen, typed object', () => {
    const config = loadConfig(schema, { PORT: '8080', SECRET: 's'.repeat(32) });
    expect(config.PORT).toBe(8080);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('names the variable and the rule, never the value', () => {
    const attempt = () => loadConfig(schema, { PORT: '8080', SECRET: 'hunter2' });
    expect(attempt).toThrow(ConfigurationProblem);
    expect(attempt).toThrow(/SECRET/);
    expect(attempt).not.toThrow(/hunter2/);
  });
});
