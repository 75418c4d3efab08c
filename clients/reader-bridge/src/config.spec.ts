import { describe, expect, it } from '@jest/globals';
import { bridgeConfig } from './config.js';

describe('bridgeConfig', () => {
  it('takes origins from the arguments and keeps nothing but the origin', () => {
    const config = bridgeConfig(['https://pay.example/terminal', 'http://localhost:8080'], {});
    expect(config).toEqual({ origins: new Set(['https://pay.example', 'http://localhost:8080']), port: 41_735 });
  });

  it('takes port and reader from the environment', () => {
    const env = { OPENSWIPE_BRIDGE_PORT: '1234', OPENSWIPE_BRIDGE_READER: 'ACS' };
    expect(bridgeConfig(['https://pay.example'], env)).toMatchObject({ port: 1234, reader: 'ACS' });
  });

  it.each([[[]], [['*']], [['http://pay.example']], [['file:///etc/passwd']], [['null']]])('refuses %j', (args) => {
    expect(() => bridgeConfig(args, {})).toThrow(Error);
  });

  it.each(['x', '-1', '70000'])('refuses the port %s', (port) => {
    expect(() => bridgeConfig(['https://pay.example'], { OPENSWIPE_BRIDGE_PORT: port })).toThrow('port');
  });
});
