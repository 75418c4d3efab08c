import { describe, expect, it } from '@jest/globals';
import { parseRequest } from './protocol.js';

describe('parseRequest', () => {
  it('reads the requests', () => {
    expect(parseRequest('{"type":"pair","code":"1234 5678"}')).toEqual({ type: 'pair', code: '1234 5678' });
    expect(parseRequest('{"type":"open","id":1}')).toEqual({ type: 'open', id: 1 });
    const command = Uint8Array.of(0x00, 0xb2, 0x01, 0x0c, 0x00);
    expect(parseRequest('{"type":"transmit","id":7,"command":"00b2010c00"}')).toEqual({
      type: 'transmit',
      id: 7,
      command,
    });
  });

  it.each([
    ...['', 'null', '[]', '1', '"pair"', '{', '{}', '{"type":"pair"}', '{"type":"pair","code":12345678}'],
    ...['{"type":"pair","code":"12345678","token":"x"}', '{"type":"pair","token":"short"}', '{"type":"close","id":1}'],
    ...['{"type":"open"}', '{"type":"open","id":"1"}', '{"type":"open","id":-1}', '{"type":"open","id":1.5}'],
    ...['{"type":"open","id":1,"more":1}', '{"type":"open","id":1e99}', '{"type":"transmit","id":1,"command":"00B2"}'],
    ...['{"type":"transmit","id":1,"command":"00b"}', `{"type":"transmit","id":1,"command":"${'00'.repeat(262)}"}`],
    '{"__proto__":{"type":"open","id":1}}',
  ])('refuses %s', (text) => {
    expect(parseRequest(text)).toBeUndefined();
  });
});
