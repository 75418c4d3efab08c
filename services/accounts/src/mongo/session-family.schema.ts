import type { SessionFamily } from '../domain/session-family.js';
import { optionalText, strictSchema, text, time } from './schema.js';

export interface SessionFamilyDocument extends Omit<SessionFamily, 'id'> {
  readonly _id: string;
}

export const sessionFamilySchema = strictSchema<SessionFamilyDocument>('session_families', {
  _id: text,
  accountId: text,
  terminalId: optionalText,
  currentHash: text,
  previousHash: optionalText,
  rotatedAt: time,
  expiresAt: time,
  revoked: { type: Boolean, required: true },
});
