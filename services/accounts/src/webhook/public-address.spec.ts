import { describe, expect, it } from '@jest/globals';
import { isPublicAddress } from './public-address.js';

describe('the guard of webhook addresses', () => {
  it.each(['8.8.8.8', '114.114.114.114', '2606:4700:4700::1111'])('lets %s through', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'ff02::1',
    'localhost',
  ])('stops %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
