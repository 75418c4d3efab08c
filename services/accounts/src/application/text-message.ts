import { Sensitive } from '@openswipe/kernel';
import type { Cipher } from './ports.js';

export interface TextMessage {
  /** E.164 */
  readonly to: string;
  readonly text: Sensitive<string>;
}

/** What a delivery keeps of a text message: it may carry a code, so nobody can read it there. */
export const sealTextMessage = (deliveryId: string, { to, text }: TextMessage, cipher: Cipher): string =>
  cipher.seal(new Sensitive(JSON.stringify({ to, text: text.reveal('seal it') })), contextOf(deliveryId));

export function openTextMessage(deliveryId: string, body: string, cipher: Cipher): TextMessage {
  const opened = cipher.open(body, contextOf(deliveryId)).reveal('send it');
  const { to, text } = JSON.parse(opened) as { to: string; text: string };
  return { to, text: new Sensitive(text) };
}

const contextOf = (deliveryId: string): string => `${deliveryId}/text-message`;
