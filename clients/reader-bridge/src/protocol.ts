import type { BridgeCode } from './bridge-refusal.js';
import type { SlotState } from './card-slot.js';

/** WebSocket subprotocol; a page that does not name it does not speak it. */
export const SUBPROTOCOL = 'openswipe-bridge.v1';
/** Bytes of one message; a command of 261 bytes as hexadecimal fits twice. */
export const MESSAGE_MAX = 1_024;

/** From the page. `id` comes back with the answer. */
export type Request =
  | { readonly type: 'pair'; readonly code: string }
  | { readonly type: 'pair'; readonly token: string }
  | { readonly type: 'open' | 'release'; readonly id: number }
  | { readonly type: 'transmit'; readonly id: number; readonly command: Uint8Array };

/** To the page. A `refused` without `id` is about the connection, which then ends. */
export type Reply =
  | ({ readonly type: 'paired'; readonly token: string } & SlotState)
  | ({ readonly type: 'state' } & SlotState)
  | { readonly type: 'done'; readonly id: number }
  | { readonly type: 'answer'; readonly id: number; readonly response: string }
  | { readonly type: 'refused'; readonly id?: number; readonly code: BridgeCode };

/** `undefined` for whatever is not exactly one of the requests. */
export function parseRequest(text: string): Request | undefined {
  const message = objectOf(text);
  if (message === undefined) return undefined;
  const shape = Object.keys(message).sort().join();
  return message['type'] === 'pair' ? pairRequest(message, shape) : cardRequest(message, shape);
}

type Message = Readonly<Record<string, unknown>>;

function pairRequest({ code, token }: Message, shape: string): Request | undefined {
  if (shape === 'code,type' && matches(code, /^[\d ]{8,12}$/)) return { type: 'pair', code };
  return shape === 'token,type' && matches(token, /^[0-9a-f]{64}$/) ? { type: 'pair', token } : undefined;
}

function cardRequest({ type, id, command }: Message, shape: string): Request | undefined {
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > 0x7fff_ffff) return undefined;
  if ((type === 'open' || type === 'release') && shape === 'id,type') return { type, id };
  const isTransmit = type === 'transmit' && shape === 'command,id,type';
  if (!isTransmit || !matches(command, /^(?:[0-9a-f]{2}){4,261}$/)) return undefined;
  return { type, id, command: Uint8Array.from(Buffer.from(command, 'hex')) };
}

const matches = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);

function objectOf(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
