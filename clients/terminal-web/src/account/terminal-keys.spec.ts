import 'fake-indexeddb/auto';
import { describe, expect, it } from '@jest/globals';
import { hostDeriveWorkingKey, nobleAes, toHex } from '@openswipe/card';
import { aHost, aTerminalState } from '../../test/a-terminal.js';
import { MemoryStore } from '../store/memory-store.js';
import { Device } from '../store/sealed-store.js';
import { TerminalKeys, terminalOf, type TerminalState } from './terminal-keys.js';

describe('TerminalKeys', () => {
  it('hands out the keys that the two hosts derive, from two base keys', async () => {
    const host = aHost();
    const state = aTerminalState(host);
    const storage = new MemoryStore<TerminalState>();
    await storage.put(state.terminalId, state.accountName, state);
    const { data, pin } = await new TerminalKeys(storage, state.terminalId).next();
    const reveal = (key: typeof data.key) => toHex(key.reveal('compare'));
    expect(reveal(data.key)).toBe(
      reveal(hostDeriveWorkingKey(nobleAes, host.dataBdk, data.ksn, 'data-encrypt', 'aes128')),
    );
    expect(reveal(pin.key)).toBe(
      reveal(hostDeriveWorkingKey(nobleAes, host.pinBdk, pin.ksn, 'pin-encryption', 'aes128')),
    );
  });

  it('has stored the moved counters before it hands out a key', async () => {
    const state = aTerminalState();
    const storage = new MemoryStore<TerminalState>();
    await storage.put(state.terminalId, state.accountName, state);
    storage.put = () => Promise.reject(new Error('disk full'));
    await expect(new TerminalKeys(storage, state.terminalId).next()).rejects.toThrow('disk full');
  });

  it('never gives two pages the same counter, and goes on after a restart', async () => {
    const state = aTerminalState();
    const device = await Device.open();
    const storage = device.store<TerminalState>('terminals');
    await storage.put(state.terminalId, state.accountName, state);
    const pages = [new TerminalKeys(storage, state.terminalId), new TerminalKeys(storage, state.terminalId)];
    const all = await Promise.all([...pages, ...pages, ...pages].map((page) => page.next()));
    expect(all.map(({ data }) => data.ksn.counter).toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(all.every(({ data, pin }) => data.ksn.counter === pin.ksn.counter)).toBe(true);
    device.close();

    const reopened = (await Device.open()).store<TerminalState>('terminals');
    expect((await new TerminalKeys(reopened, state.terminalId).next()).data.ksn.counter).toBe(7);
    expect(await terminalOf(reopened, 'Lin@Example.com')).toBe(state.terminalId);
  });

  it('says so when the keys are not on this device', async () => {
    const keys = new TerminalKeys(new MemoryStore(), 'ter_x');
    await expect(keys.next()).rejects.toMatchObject({ code: 'TERMINAL.NOT_ENROLLED' });
  });
});
