import 'fake-indexeddb/auto';
import { describe, expect, it } from '@jest/globals';
import { openDB } from 'idb';
import { Device } from './sealed-store.js';

describe('Device', () => {
  it('keeps nothing readable, under a key that cannot be exported', async () => {
    const device = await Device.open('unreadable');
    await device.store('records').put('txn_1', 'acc_1', { payeeName: 'Moss Tea House' });
    const raw = await openDB('unreadable');
    const [entry] = (await raw.getAll('records')) as { ciphertext: ArrayBuffer }[];
    expect(new TextDecoder().decode(entry?.ciphertext)).not.toContain('Moss');
    const key = (await raw.get('device-key', 'aes-gcm')) as CryptoKey;
    expect(key.extractable).toBe(false);
  });

  it('gives back what was kept, by owner, also when opened again', async () => {
    const first = await Device.open('by-owner');
    await first.store('records').put('txn_1', 'acc_1', { n: 1 });
    await first.store('records').put('txn_1', 'acc_1', { n: 2 });
    await first.store('records').put('txn_2', 'acc_2', { n: 3 });
    first.close();
    const records = (await Device.open('by-owner')).store<{ n: number }>('records');
    expect(await records.all('acc_1')).toEqual([{ n: 2 }]);
    expect(await records.get('txn_2')).toEqual({ n: 3 });
    await records.remove('txn_2');
    expect(await records.get('txn_2')).toBeUndefined();
  });

  it('does not open an entry that was moved to another owner', async () => {
    const device = await Device.open('moved');
    await device.store('records').put('txn_1', 'acc_1', {});
    const raw = await openDB('moved');
    const entry = (await raw.get('records', 'txn_1')) as object;
    await raw.put('records', { ...entry, owner: 'acc_2' });
    await expect(device.store('records').all('acc_2')).rejects.toThrow();
  });
});
