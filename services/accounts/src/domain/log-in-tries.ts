/** One unsuccessful or still running try to log in. */
export interface LogInTry {
  readonly id: string;
  readonly at: Date;
}

export interface TryLimit {
  readonly countMax: number;
  readonly windowMs: number;
}

/** Guessing one account's password: 5 a minute, whoever asks. */
export const ACCOUNT_LIMIT: TryLimit = { countMax: 5, windowMs: 60_000 };
/** Guessing many accounts from one address: room for an office behind one, not for a list of passwords. */
export const ADDRESS_LIMIT: TryLimit = { countMax: 30, windowMs: 60_000 };

export type Admission =
  | { readonly admitted: true; readonly tries: readonly LogInTry[] }
  | { readonly admitted: false; readonly retryAfterSeconds: number };

/** Sliding window: `next` is admitted while fewer than `countMax` tries lie in the window before it. */
export function admitTry(tries: readonly LogInTry[], next: LogInTry, { countMax, windowMs }: TryLimit): Admission {
  const recent = tries.filter(({ at }) => at.getTime() > next.at.getTime() - windowMs);
  if (recent.length < countMax) return { admitted: true, tries: [...recent, next] };
  const freeAt = Math.min(...recent.map(({ at }) => at.getTime())) + windowMs;
  return { admitted: false, retryAfterSeconds: Math.ceil((freeAt - next.at.getTime()) / 1000) };
}
