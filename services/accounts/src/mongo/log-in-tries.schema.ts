import type { LogInTry } from '../domain/log-in-tries.js';
import { part, strictSchema, text, time } from './schema.js';

export interface LogInTriesDocument {
  /** Digest of the account's e-mail key or of the remote address. */
  readonly _id: string;
  readonly tries: readonly LogInTry[];
  /** Grows with each write: the guard of the next. */
  readonly revision: number;
  readonly expiresAt: Date;
}

export const logInTriesSchema = strictSchema<LogInTriesDocument>('log_in_tries', {
  _id: text,
  tries: { type: [part({ id: text, at: time })] },
  revision: { type: Number, required: true },
  expiresAt: time,
});
