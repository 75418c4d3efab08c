import type { OutboxEntry } from '@openswipe/service-kit';
import { Schema } from 'mongoose';
import { TERMINAL_STATES, type Terminal } from '../domain/terminal.js';
import { strictSchema, text, time } from './schema.js';

export interface TerminalDocument extends Omit<Terminal, 'id'> {
  readonly _id: string;
  readonly outbox?: readonly OutboxEntry[];
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
  /** Absent before the first event. */
  outbox: { type: [Schema.Types.Mixed], default: undefined },
});
