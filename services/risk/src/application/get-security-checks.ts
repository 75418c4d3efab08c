import { binInvalid } from '../domain/risk-errors.js';
import { issuerChecks, type IssuerTable, type SecurityCheck } from '../domain/security-checks.js';

/** What an issuer asks of the holder, for the terminal that has only just read the card. */
export class GetSecurityChecks {
  constructor(private readonly table: IssuerTable) {}

  /** @param bin first four to eight digits of a PAN. Throws `RISK.BIN_INVALID`. */
  execute(bin: string): readonly SecurityCheck[] {
    if (!/^\d{4,8}$/.test(bin)) throw binInvalid();
    return issuerChecks(this.table, bin);
  }
}
