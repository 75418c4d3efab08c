import { describe, expect, it, jest } from '@jest/globals';
import { TransientFault } from '@openswipe/kernel';
import { aTerminalState } from '../../test/a-terminal.js';
import { Problem } from '../gateway/problem.js';
import type { TerminalApi } from '../gateway/terminal-api.js';
import { MemoryStore } from '../store/memory-store.js';
import { deviceName, DeviceSession, type TextStorage } from './device-session.js';
import type { TerminalState } from './terminal-keys.js';

const session = (terminalId: string | null) => ({
  accountId: 'acc_1',
  terminalId,
  accessToken: '',
  accessTokenExpiresAt: '',
});

function texts(): TextStorage {
  const map = new Map<string, string>();
  return {
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  };
}

async function aDevice(api: Partial<TerminalApi>, storage = texts()) {
  const state = aTerminalState();
  const terminals = new MemoryStore<TerminalState>();
  await terminals.put(state.terminalId, state.accountName, state);
  const full = { onSession: () => () => true, logOut: async () => undefined, ...api } as unknown as TerminalApi;
  return { device: new DeviceSession(full, terminals, storage, 'Test'), storage, terminals, state };
}

describe('DeviceSession', () => {
  it('logs in as the terminal that this account enrolled here', async () => {
    const logIn = jest.fn(async (_email: string, _password: string, terminalId?: string) =>
      session(terminalId ?? null),
    );
    const { device, state } = await aDevice({ logIn });
    await device.logIn(' Lin@Example.com ', 'secret');
    expect(logIn).toHaveBeenCalledWith('lin@example.com', 'secret', state.terminalId);
    expect(device.phase.value).toMatchObject({ at: 'ready', terminalId: state.terminalId });
  });

  it('becomes a new terminal when the old one was signed out', async () => {
    const logIn = jest.fn(async (_email: string, _password: string, terminalId?: string) => {
      if (terminalId) throw new Problem(403, 'ACCOUNTS.TERMINAL_REVOKED', 'no');
      return session(null);
    });
    const enrolTerminal = jest.fn(() => Promise.reject(new Problem(409, 'ACCOUNTS.TOO_MANY_TERMINALS', 'no')));
    const { device, terminals, state } = await aDevice({ logIn, enrolTerminal });
    await device.logIn('lin@example.com', 'secret');
    expect(await terminals.get(state.terminalId)).toBeUndefined();
    expect(device.phase.value).toMatchObject({ at: 'enrolling', failure: 'ACCOUNTS.TOO_MANY_TERMINALS' });
  });

  it('starts without network in no time, and knows whose records to show', async () => {
    const storage = texts();
    const { device, state } = await aDevice({ logIn: async () => session(aTerminalState().terminalId) }, storage);
    await device.logIn('lin@example.com', 'secret');
    expect(state.accountName).toBe('lin@example.com');
    globalThis.addEventListener ??= () => undefined;
    globalThis.removeEventListener ??= () => undefined;
    jest.useFakeTimers();
    const again = await aDevice({ resume: () => Promise.reject(new TransientFault('down')) }, storage);
    await again.device.start();
    expect(again.device.phase.value).toEqual({ at: 'offline', accountId: 'acc_1' });
    jest.useRealTimers();
  });

  it('asks to log in when the session has ended', async () => {
    const storage = texts();
    storage.setItem('openswipe.account', JSON.stringify({ accountId: 'acc_1', accountName: 'lin@example.com' }));
    const { device } = await aDevice({ resume: async () => undefined }, storage);
    await device.start();
    expect(device.phase.value).toEqual({ at: 'logged-out', notice: 'ended' });
  });

  it('names the device so that its owner knows it', () => {
    expect(deviceName('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36')).toBe(
      'Chrome, Linux',
    );
  });
});
