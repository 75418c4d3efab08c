import { describe, expect, it } from '@jest/globals';
import { decodePinBlockFormat4, fromHex, hostDeriveWorkingKey, KeySerialNumber, nobleAes, Pan } from '@openswipe/card';
import { TEST_PIN_PAD_BDK } from '@openswipe/card/test-pin-pad';
import { type PinKey, SimulatedPinPad } from './simulated-pin-pad.js';

const PAN = Pan.parse('6225880000000001');
const never = new AbortController().signal;

const press = (pad: SimulatedPinPad, keys: readonly PinKey[]): void => keys.forEach((key) => pad.press(key));

describe('the PIN pad of the simulated reader', () => {
  it('makes a block that only the host of its BDK reads, a new key each time', async () => {
    const pad = new SimulatedPinPad();
    const seen: string[] = [];
    for (const digits of ['123456', '0000']) {
      const entering = pad.request(PAN, never);
      press(pad, [...digits, 'ok'] as PinKey[]);
      const { pinBlock, pinKsn } = await entering;
      const ksn = KeySerialNumber.parse(pinKsn);
      const key = hostDeriveWorkingKey(nobleAes, TEST_PIN_PAD_BDK, ksn, 'pin-encryption', 'aes128');
      const block = fromHex(pinBlock.reveal('test'), 16, 'TEST', 'The block');
      expect(decodePinBlockFormat4(nobleAes, key, block, PAN).reveal('test')).toBe(digits);
      seen.push(pinKsn);
    }
    const another = new SimulatedPinPad();
    const entering = another.request(PAN, never);
    press(another, ['1', '2', '3', '4', 'ok']);
    seen.push((await entering).pinKsn);
    expect(new Set(seen).size).toBe(3);
  });

  it('takes 4 to 12 digits, and back', async () => {
    const pad = new SimulatedPinPad();
    expect(pad.entered).toBeUndefined();
    pad.press('1');
    const entering = pad.request(PAN, never);
    press(pad, ['1', '2', '3', 'ok']);
    expect(pad.entered).toBe(3);
    press(pad, ['delete', ...('1'.repeat(20).split('') as PinKey[])]);
    expect(pad.entered).toBe(12);
    pad.press('ok');
    await expect(entering).resolves.toBeDefined();
    expect(pad.entered).toBeUndefined();
  });

  it('ends when its holder, the page or another request ends it', async () => {
    const pad = new SimulatedPinPad();
    const canceled = expect.objectContaining({ code: 'READER.PIN_CANCELED' });
    const byHolder = pad.request(PAN, never);
    pad.press('cancel');
    await expect(byHolder).rejects.toEqual(canceled);
    const page = new AbortController();
    const byPage = pad.request(PAN, page.signal);
    const byOther = pad.request(PAN, never);
    await expect(byPage).rejects.toEqual(canceled);
    page.abort();
    expect(pad.entered).toBe(0);
    pad.drop('READER.UNPLUGGED');
    await expect(byOther).rejects.toMatchObject({ code: 'READER.UNPLUGGED' });
    await expect(pad.request(PAN, AbortSignal.abort())).rejects.toEqual(canceled);
  });
});
