import { deriveInitialKey, fromHex, toHex, type AesEngine } from '@openswipe/card';
import { encipherToTerminal, keyCheckValue, type BaseDerivationKeys } from '@openswipe/card/host';
import { derivationIdInvalid, derivationIdTaken } from '../domain/risk-errors.js';
import type { IssuedKeys } from './ports.js';

export interface IssuedInitialKey {
  readonly initialKeyId: Uint8Array;
  readonly encryptedKey: Uint8Array;
  readonly keyCheckValue: string;
}

/** Derives a terminal's initial PIN key, enciphered to the terminal: nobody on the way can read it (DESIGN §5). */
export class IssueInitialKey {
  constructor(
    private readonly aes: AesEngine,
    private readonly pinBdks: BaseDerivationKeys,
    private readonly issuedKeys: IssuedKeys,
  ) {}

  /**
   * Asked again for the same terminal it gives the same key. Throws `RISK.DERIVATION_ID_INVALID`,
   * `CARD.PUBLIC_KEY_INVALID`, `RISK.DERIVATION_ID_TAKEN`: two terminals with one key could read each other's PINs.
   */
  async execute(terminalId: string, derivationId: Uint8Array, publicKey: Uint8Array): Promise<IssuedInitialKey> {
    if (derivationId.length !== 4) throw derivationIdInvalid();
    const { bdkId, bdk } = this.pinBdks.current;
    const id = fromHex(`${bdkId}${toHex(new Uint8Array(derivationId))}`, 8, 'CARD.KSN_INVALID', 'An initial key id');
    const initialKey = deriveInitialKey(this.aes, bdk, id);
    const encryptedKey = encipherToTerminal(initialKey, publicKey);
    if (!(await this.issuedKeys.issue(toHex(id), terminalId))) throw derivationIdTaken();
    return { initialKeyId: id, encryptedKey, keyCheckValue: keyCheckValue(initialKey) };
  }
}
