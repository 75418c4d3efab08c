import type { ServiceCode } from '@openswipe/card';
import type { CvmResults } from '@openswipe/card/emv';

export const SECURITY_CHECKS = ['pin', 'biometric', 'signature'] as const;
export type SecurityCheck = (typeof SECURITY_CHECKS)[number];

/** What the issuers ask of the holders of their cards, besides what a card asks itself. */
export type IssuerTable = readonly { readonly bin: string; readonly checks: readonly SecurityCheck[] }[];

/** @param bin first digits of a PAN. The row with the longest prefix of it holds, alone; without one: none. */
export function issuerChecks(table: IssuerTable, bin: string): readonly SecurityCheck[] {
  const rows = table.filter((row) => bin.startsWith(row.bin));
  return rows.sort((one, other) => other.bin.length - one.bin.length)[0]?.checks ?? [];
}

export interface CheckSources {
  readonly serviceCode: ServiceCode;
  /** Of the chip's field 55 (9F34), where the terminal gives them. */
  readonly cvm?: CvmResults;
  readonly issuer: readonly SecurityCheck[];
}

/**
 * Everything that must be there: what the stripe's service code asks (ISO/IEC 7813), what the terminal says that the
 * chip's holder did, and what the issuer's table asks. A PIN that the chip verified offline is none of them: nothing
 * in the cryptogram vouches for it.
 */
export function securityChecks({ serviceCode, cvm, issuer }: CheckSources): ReadonlySet<SecurityCheck> {
  const checks = new Set(issuer);
  if (serviceCode.pinRequired || cvm?.method === 'online-pin') checks.add('pin');
  if (cvm !== undefined && SIGNED.has(cvm.method)) checks.add('signature');
  return checks;
}

const SIGNED: ReadonlySet<CvmResults['method']> = new Set([
  'signature',
  'offline-pin-and-signature',
  'enciphered-offline-pin-and-signature',
]);
