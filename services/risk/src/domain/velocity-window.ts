/** Where a transaction stands among those of its card and of its account in one time window; 1 is the first. */
export interface VelocityPosition {
  readonly card: number;
  readonly account: number;
}

export type VelocityScope = keyof VelocityPosition;

export interface VelocityWindow {
  /** Names scope, key and start: every transaction of the window finds the same document. */
  readonly id: string;
  readonly endsAt: Date;
}

/**
 * Windows are aligned to the clock, not sliding: which one a transaction is in depends on its own time alone, so a
 * redelivered transaction is found in the window that has already counted it. The price: up to twice the limit may pass
 * around a boundary.
 */
export function velocityWindow(scope: VelocityScope, key: string, at: Date, windowMs: number): VelocityWindow {
  const start = Math.floor(at.getTime() / windowMs) * windowMs;
  return { id: `${scope}:${key}:${start}`, endsAt: new Date(start + windowMs) };
}
