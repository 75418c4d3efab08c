import { openWebSocket, type OpenBridgeSocket } from '../reader/bridge-link.js';

/** `unasked`: the browser will ask the person; `unknown`: it does not say. */
export type Finding = 'yes' | 'no' | 'unasked' | 'unknown';

export const ABILITIES = [
  ...(['webhid', 'audio', 'microphone', 'keyboard', 'bridge', 'vibration', 'webauthn', 'storage'] as const),
] as const;
export type Ability = (typeof ABILITIES)[number];

/** The parts of a browser that are looked at; all may be missing. */
export interface Examined {
  readonly navigator: {
    readonly hid?: unknown;
    readonly mediaDevices?: unknown;
    readonly vibrate?: unknown;
    readonly permissions?: { query(what: { readonly name: 'microphone' }): Promise<{ readonly state: string }> };
    readonly storage?: { persisted?(): Promise<boolean> };
  };
  readonly AudioWorklet?: unknown;
  readonly PublicKeyCredential?: { isUserVerifyingPlatformAuthenticatorAvailable?(): Promise<boolean> };
}

const BRIDGE = { url: 'ws://127.0.0.1:41735', protocol: 'openswipe-bridge.v1', limitMs: 2_000 };

/** Asks nothing of the person, opens no device and sends nothing to the platform. */
export function examine(browser: Examined, open: OpenBridgeSocket = openWebSocket): Record<Ability, Promise<Finding>> {
  const { navigator, AudioWorklet, PublicKeyCredential } = browser;
  const has = (part: unknown): Promise<Finding> => Promise.resolve(part === undefined ? 'no' : 'yes');
  return {
    webhid: has(navigator.hid),
    audio: has(navigator.mediaDevices && AudioWorklet),
    microphone: microphone(navigator),
    keyboard: Promise.resolve('yes'),
    bridge: bridge(open),
    vibration: has(navigator.vibrate),
    webauthn: said(PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable?.(), 'no'),
    storage: said(navigator.storage?.persisted?.(), 'unknown'),
  };
}

async function microphone({ permissions }: Examined['navigator']): Promise<Finding> {
  const found = await permissions?.query({ name: 'microphone' }).catch(() => undefined);
  const findings: Readonly<Record<string, Finding>> = { granted: 'yes', denied: 'no', prompt: 'unasked' };
  return findings[found?.state ?? ''] ?? 'unknown';
}

async function said(answer: Promise<boolean> | undefined, otherwise: Finding): Promise<Finding> {
  if (answer === undefined) return otherwise;
  return answer.then(
    (yes) => (yes ? 'yes' : 'no'),
    () => otherwise,
  );
}

/** Whether a bridge lets this page in; a page cannot learn whether one runs for another. */
function bridge(open: OpenBridgeSocket): Promise<Finding> {
  return new Promise((resolve) => {
    const socket = open(BRIDGE.url, BRIDGE.protocol);
    const end = (finding: Finding): void => {
      clearTimeout(timer);
      resolve(finding);
      socket.close();
    };
    const timer = setTimeout(() => end('no'), BRIDGE.limitMs);
    socket.addEventListener('open', () => end('yes'));
    socket.addEventListener('error', () => end('no'));
    socket.addEventListener('close', () => end('no'));
  });
}
