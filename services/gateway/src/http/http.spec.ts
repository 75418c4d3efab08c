import { NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { DomainError, TransientFault } from '@openswipe/kernel';
import { z } from 'zod';
import { gatewayConfig, isLoopback } from '../config.js';
import { fingerprintOf } from './canonical-json.js';
import { ExpiringMap } from './expiring-map.js';
import { toProblem } from './problem.js';
import { Shape } from './shape.pipe.js';

describe('toProblem', () => {
  it.each([
    ['invalid', 400],
    ['unauthenticated', 401],
    ['forbidden', 403],
    ['not-found', 404],
    ['conflict', 409],
    ['gone', 410],
    ['too-large', 413],
    ['rate-limited', 429],
  ] as const)('gives a refusal of kind %s the status %i', (kind, status) => {
    const error = new DomainError('ORDERS.X', 'why', { kind, param: 'a', facts: { b: 'c' } });
    expect(toProblem(error, 'req_1')).toEqual({
      type: 'urn:openswipe:problem:ORDERS.X',
      title: expect.any(String),
      status,
      detail: 'why',
      code: 'ORDERS.X',
      param: 'a',
      facts: { b: 'c' },
      requestId: 'req_1',
    });
  });

  it('shows nothing of a fault', () => {
    const fault = toProblem(new TransientFault('10.0.0.3 is down'), 'r');
    expect(fault).toMatchObject({ status: 503, code: 'GATEWAY.UNAVAILABLE' });
    const defect = toProblem(new TypeError('secret'), 'r');
    expect(defect).toMatchObject({ status: 500, code: 'GATEWAY.INTERNAL' });
    expect(JSON.stringify([fault, defect])).not.toMatch(/10\.0|secret/);
  });

  it('takes the status of what the framework refuses, but never one of its 5xx', () => {
    expect(toProblem(new NotFoundException(), 'r')).toMatchObject({ status: 404, code: 'GATEWAY.NOT_FOUND' });
    expect(toProblem(Object.assign(new Error(), { statusCode: 414 }), 'r').code).toBe('GATEWAY.ADDRESS_TOO_LONG');
    expect(toProblem(Object.assign(new Error(), { statusCode: 504 }), 'r').status).toBe(500);
  });
});

describe('Shape', () => {
  const shape = new Shape(z.strictObject({ lines: z.array(z.strictObject({ quantity: z.number() })) }));

  it('names the field at fault, the unknown one too', () => {
    expect(() => shape.transform({ lines: [{ quantity: 'x' }] })).toThrow(
      expect.objectContaining({ code: 'GATEWAY.SHAPE_INVALID', param: 'lines.0.quantity' }),
    );
    expect(() => shape.transform({ lines: [], more: 1 })).toThrow(expect.objectContaining({ param: 'more' }));
    expect(() => shape.transform(undefined)).toThrow(expect.objectContaining({ param: 'lines' }));
  });
});

describe('fingerprintOf', () => {
  it('depends on what is said, not on the order in which it is said', () => {
    expect(fingerprintOf({ a: 1, b: [{ c: 'x', d: null }] })).toBe(fingerprintOf({ b: [{ d: null, c: 'x' }], a: 1 }));
    expect(fingerprintOf({ a: [1, 2] })).not.toBe(fingerprintOf({ a: [2, 1] }));
    expect(fingerprintOf({ a: '1' })).not.toBe(fingerprintOf({ a: 1 }));
  });
});

describe('ExpiringMap', () => {
  it('forgets at the time, and the oldest when it is full', () => {
    const map = new ExpiringMap<string, number>(2);
    map.set('a', 1, 10);
    expect(map.get('a', 9)).toBe(1);
    expect(map.get('a', 10)).toBeUndefined();
    for (const key of ['b', 'c', 'd']) map.set(key, 1, 100);
    expect(['b', 'c', 'd'].map((key) => map.get(key, 0))).toEqual([undefined, 1, 1]);
  });
});

describe('gatewayConfig', () => {
  const environment = {
    KAFKA_BROKERS: 'k:1',
    HTTP_LISTEN: '0.0.0.0:8080',
    PUBLIC_URL: 'https://pay.example.com/',
    TERMINAL_WEB_DIR: '/web',
    ORDERS_ADDRESS: 'o:1',
    TRANSACTIONS_ADDRESS: 't:1',
    ACCOUNTS_ADDRESS: 'a:1',
    RISK_ADDRESS: 'r:1',
  };

  it('needs no database and has careful defaults', () => {
    expect(gatewayConfig.parse(environment)).toMatchObject({
      PUBLIC_URL: 'https://pay.example.com',
      SIMULATED_READER: false,
      TRUST_PROXY: false,
    });
    expect(gatewayConfig.parse({ ...environment, TRUST_PROXY: '10.0.0.0/8' }).TRUST_PROXY).toBe('10.0.0.0/8');
    expect(() => gatewayConfig.parse({ ...environment, PUBLIC_URL: 'https://pay.example.com/path' })).toThrow();
  });

  it.each([
    ['http://localhost:8080', true],
    ['http://127.0.0.1', true],
    ['https://localhost', false],
    ['http://localhost.evil.example', false],
    ['http://pay.example.com', false],
  ])('takes %s for the own machine: %s', (url, expected) => {
    expect(isLoopback(url)).toBe(expected);
  });
});
