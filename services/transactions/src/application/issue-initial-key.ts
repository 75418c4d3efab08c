import { deriveInitialKey, fromHex, type AesEngine } from '@openswipe/card';
import { encipherToTerminal, keyCheckValue, type BaseDerivationKeys } from '@openswipe/card/host';
import { openCounter } from '../domain/terminal-counter.js';
import { derivationIdInvalid, initialKeyTaken } from '../domain/transaction-errors.js';
import type { TerminalCounterStore } from './ports.js';

export interface InitialKeyRequest {
  readonly terminalId: string;
  /** 8 hex digits. */
  readonly derivationId: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKeyDer: Uint8Array;
}

export interface IssuedInitialKey {
  /** 16 hex digits. */
  readonly initialKeyId: string;
  readonly encryptedKey: Uint8Array;
  readonly keyCheckValue: string;
}

/** Derives a terminal's initial data key, opens its replay counter, gives the key out enciphered to the terminal. */
export class IssueInitialKey {
  constructor(
    private readonly aes: AesEngine,
    private readonly dataBdks: BaseDerivationKeys,
    private readonly counters: TerminalCounterStore,
  ) {}

  /**
   * May be repeated by the same terminal until it has used the key.
   * Throws `TRANSACTIONS.DERIVATION_ID_INVALID`, `CARD.PUBLIC_KEY_INVALID`, `TRANSACTIONS.INITIAL_KEY_TAKEN`.
   */
  async execute({ terminalId, derivationId, publicKeyDer }: InitialKeyRequest): Promise<IssuedInitialKey> {
    if (!/^[0-9a-f]{8}$/.test(derivationId)) throw derivationIdInvalid();
    const { bdkId, bdk } = this.dataBdks.current;
    const initialKeyId = `${bdkId}${derivationId}`;
    const key = deriveInitialKey(this.aes, bdk, fromHex(initialKeyId, 8, 'CARD.KSN_INVALID', 'Id'));
    const encryptedKey = encipherToTerminal(key, publicKeyDer);
    if (!(await this.counters.insert(openCounter(initialKeyId, terminalId)))) {
      const [taken] = await this.counters.load([initialKeyId]);
      if (taken?.terminalId !== terminalId || taken.counter > 0) throw initialKeyTaken();
    }
    return { initialKeyId, encryptedKey, keyCheckValue: keyCheckValue(key) };
  }
}
