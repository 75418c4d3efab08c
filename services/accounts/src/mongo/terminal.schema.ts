import { TERMINAL_STATES, type Terminal } from '../domain/terminal.js';
import { strictSchema, text, time } from './schema.js';

export interface TerminalDocument extends Omit<Terminal, 'id'> {
  readonly _id: string;
}

export const terminalSchema = strictSchema<TerminalDocument>('terminals', {
  _id: text,
  accountId: text,
  name: text,
  state: { type: String, enum: TERMINAL_STATES, required: true },
  derivationId: text,
  certificate: text,
  enrolledAt: time,
  lastSeenAt: time,
});
