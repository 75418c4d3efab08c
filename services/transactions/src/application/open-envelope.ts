import {
  KeySerialNumber,
  openEnvelope,
  SUITE,
  type AesEngine,
  type Envelope,
  type TransactionData,
} from '@openswipe/card';
import type { BaseDerivationKeys } from '@openswipe/card/host';
import { DomainError, type Sensitive } from '@openswipe/kernel';
import type { HeldOrder } from '../domain/held-order.js';

export interface OpenedEnvelope {
  readonly ksn: KeySerialNumber;
  readonly data: Sensitive<TransactionData>;
}

/** Receiving side of AES DUKPT with the data BDKs alone: it can read transaction data, but no PIN. */
export class OpenEnvelope {
  constructor(
    private readonly aes: AesEngine,
    private readonly dataBdks: BaseDerivationKeys,
  ) {}

  /**
   * Throws `CARD.SUITE_UNKNOWN`, `CARD.KSN_INVALID` (malformed or of another BDK), `CARD.ENVELOPE_INVALID` and
   * `CARD.ENVELOPE_FORGED`: the associated data are the order's digest and the terminal of the session.
   */
  execute({ envelope, terminalId }: { envelope: Envelope; terminalId: string }, order: HeldOrder): OpenedEnvelope {
    if (envelope.suite !== SUITE) {
      throw new DomainError('CARD.SUITE_UNKNOWN', 'Only suite os1 is known here', { param: 'suite' });
    }
    const ksn = KeySerialNumber.parse(envelope.ksn);
    const dataKey = this.dataBdks.hostOf(ksn).workingKey(ksn, 'data-encrypt', 'aes128');
    return { ksn, data: openEnvelope(this.aes, dataKey, envelope, order.digest, terminalId) };
  }
}
