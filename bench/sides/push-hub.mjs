import { systemClock } from '@openswipe/kernel';
import { PushHub } from '../../services/gateway/dist/push/push-hub.js';
import { idOf } from '../access-tokens.mjs';
import { serve } from './serve.mjs';

/** An answer that costs nothing: what is left is to find the one terminal among many. */
const reply = () => {
  const raw = { writeHead: () => raw, write: () => true, once: () => raw, writableLength: 0, end: () => undefined };
  return /** @type {any} */ ({ getHeaders: () => ({}), hijack: () => undefined, raw });
};

const hub = new PushHub(systemClock);
let count = 0;

serve({
  open: (/** @type {number} */ streams) => {
    for (; count < streams; count++) {
      const session = {
        accountId: idOf('acc', count),
        terminalId: idOf('ter', count),
        expiresAt: Date.now() + 3_600_000,
      };
      hub.openForTerminal(reply(), /** @type {any} */ (session));
    }
  },
  /** Mean microseconds of a push to one of them. */
  cost: (/** @type {number} */ times) => {
    const data = { status: 'settled' };
    const started = performance.now();
    for (let i = 0; i < times; i++) hub.pushToAccount(idOf('acc', (i * 7_919) % count), 'transaction', data);
    return ((performance.now() - started) * 1_000) / times;
  },
});
