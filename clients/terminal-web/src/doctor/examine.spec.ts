import { describe, expect, it } from '@jest/globals';
import { ABILITIES, examine, type Examined, type Finding } from './examine.js';

function socketThat(event: 'open' | 'error') {
  return () => {
    const socket = Object.assign(new EventTarget(), { send: () => undefined, close: () => undefined });
    queueMicrotask(() => socket.dispatchEvent(new Event(event)));
    return socket;
  };
}

async function found(browser: Examined, event: 'open' | 'error'): Promise<Record<string, Finding>> {
  const findings = examine(browser, socketThat(event));
  return Object.fromEntries(await Promise.all(ABILITIES.map(async (name) => [name, await findings[name]])));
}

describe('examine', () => {
  it('finds nothing but keys in a bare browser', async () => {
    expect(await found({ navigator: {} }, 'error')).toEqual({
      ...{ webhid: 'no', audio: 'no', microphone: 'unknown', keyboard: 'yes' },
      ...{ bridge: 'no', vibration: 'no', webauthn: 'no', storage: 'unknown' },
    });
  });

  it.each([
    ['granted', 'yes'],
    ['denied', 'no'],
    ['prompt', 'unasked'],
  ] as const)('tells a microphone that is %s', async (state, finding) => {
    const navigator = { permissions: { query: async () => ({ state }) } };
    expect((await found({ navigator }, 'open'))['microphone']).toBe(finding);
  });

  it('finds all that a browser has, and a bridge that lets the page in', async () => {
    const navigator = {
      ...{ hid: {}, mediaDevices: {}, vibrate: () => true, storage: { persisted: async () => true } },
      permissions: { query: () => Promise.reject(new TypeError('no such permission')) },
    };
    const able = { isUserVerifyingPlatformAuthenticatorAvailable: async () => true };
    const all = await found({ navigator, AudioWorklet: class {}, PublicKeyCredential: able }, 'open');
    expect(all).toMatchObject({ webhid: 'yes', audio: 'yes', bridge: 'yes', vibration: 'yes', webauthn: 'yes' });
    expect(all).toMatchObject({ storage: 'yes', microphone: 'unknown' });
  });
});
