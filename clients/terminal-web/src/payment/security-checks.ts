import { parseTrack2 } from '@openswipe/card';
import type { CvmList } from '@openswipe/card/emv';
import type { TerminalApi } from '../gateway/terminal-api.js';
import { isProtected, type PresentedCard } from '../reader/presented-card.js';

export const CHECKS = ['pin', 'biometric', 'signature'] as const;
export type Check = (typeof CHECKS)[number];

/** A card in the hand of a person does not wait long for advice; the platform enforces it all the same. */
const ADVICE_LIMIT_MS = 3_000;
const BIN = /^\d{4,8}$/;

/** What an answer of the platform teaches for the next try with the same order. */
export const checkOfReason = (code: string): Check | undefined =>
  CHECKS.find((check) => code === `RISK.${check.toUpperCase()}_REQUIRED`);

/**
 * The checks that this card asks for: what the card itself says, and what its issuer's table says of its BIN
 * [0048–0051].
 * Without an answer of the platform the card alone decides here.
 */
export async function securityChecks(api: Pick<TerminalApi, 'ask'>, card: PresentedCard): Promise<ReadonlySet<Check>> {
  const checks = new Set<Check>();
  if (pinRequired(card)) checks.add('pin');
  if (!BIN.test(card.bin)) return checks;
  const call = { signal: AbortSignal.timeout(ADVICE_LIMIT_MS) };
  const path = `/v1/terminal/security-checks?bin=${card.bin}`;
  const advice = await api.ask<{ checks?: readonly Check[] }>('GET', path, call).catch(() => undefined);
  for (const check of CHECKS) if (advice?.checks?.includes(check) === true) checks.add(check);
  return checks;
}

/**
 * Whether the card wants a PIN: third digit of the service code (ISO/IEC 7813), or the chip's list of verification
 * methods. A card that its reader encrypted shows neither.
 */
export function pinRequired(card: PresentedCard): boolean {
  if (isProtected(card)) return false;
  if (parseTrack2(card.track2.reveal('service code')).serviceCode.pinRequired) return true;
  return 'chip' in card && card.chip.cvmList !== undefined && firstMethodOf(card.chip.cvmList) === 'online-pin';
}

/**
 * The first rule that a purchase at this terminal can meet: PIN online, signature or none (EMV Book 3, 10.5). Limits
 * are in the currency of the card's application; without it, a rule that asks for more counts as met, one that asks for
 * none does not.
 */
function firstMethodOf({ rules }: CvmList): 'online-pin' | 'signature' | 'none' | undefined {
  for (const { method, condition, onFailure } of rules) {
    const isLimit = /^(?:under|over)-[xy]$/.test(condition);
    const isMet = isLimit ? method !== 'none' : ['always', 'not-cash', 'terminal-supports'].includes(condition);
    if (!isMet) continue;
    if (method === 'online-pin' || method === 'signature' || method === 'none') return method;
    if (condition !== 'terminal-supports' && onFailure === 'fail') return undefined;
  }
  return undefined;
}
