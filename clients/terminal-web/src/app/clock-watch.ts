import { signal } from '@preact/signals';
import type { Session } from '../gateway/session.js';

/** An access token that was just given lives ten minutes; more is room for networks and other settings. */
const LIFE_MAX_MS = 30 * 60_000;

/** Whether this device's clock is far from the platform's: a token that was just given has ended, or lasts too long. */
export const clockIsWrong = signal(false);

/** @param nowMs of the device, right after the session was given */
export function watchClock({ accessTokenExpiresAt }: Pick<Session, 'accessTokenExpiresAt'>, nowMs: number): void {
  const leftMs = Date.parse(accessTokenExpiresAt) - nowMs;
  clockIsWrong.value = leftMs <= 0 || leftMs > LIFE_MAX_MS;
}
