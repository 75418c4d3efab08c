import {
  DukptTerminal,
  nobleAes,
  type AesEngine,
  type DukptState,
  type Key,
  type KeySerialNumber,
} from '@openswipe/card';
import { DomainError } from '@openswipe/kernel';
import { exclusively } from '../store/exclusively.js';
import type { Store } from '../store/store.js';

/** An enrolled terminal, as it is kept (under a key of the browser): its two DUKPT key sets never share a BDK. */
export interface TerminalState {
  readonly terminalId: string;
  /** E-mail of the account that enrolled it. */
  readonly accountName: string;
  /** X.509, PEM. */
  readonly certificate: string;
  readonly dataKeys: DukptState;
  readonly pinKeys: DukptState;
}

/** Owner of an entry is the account name. */
export type KeyStorage = Store<TerminalState>;

export interface WorkingKey {
  readonly ksn: KeySerialNumber;
  readonly key: Key;
}

/** Keys of one transaction: for the envelope and for the PIN block. */
export interface TransactionKeys {
  readonly data: WorkingKey;
  readonly pin: WorkingKey;
}

/** The two DUKPT states of this terminal, advanced together. */
export class TerminalKeys {
  constructor(
    private readonly storage: KeyStorage,
    readonly terminalId: string,
    private readonly aes: AesEngine = nobleAes,
  ) {}

  /**
   * Keys of the next transaction. Both counters have moved and are on the disk before a key is handed out, and no other
   * page of this browser gets the same ones. Throws `TERMINAL.NOT_ENROLLED`, `CARD.KEY_EXHAUSTED`.
   */
  next(): Promise<TransactionKeys> {
    return exclusively(`terminal-keys:${this.terminalId}`, async () => {
      const state = await this.storage.get(this.terminalId);
      if (!state) throw new DomainError('TERMINAL.NOT_ENROLLED', 'The keys of this terminal are not on this device');
      const dataKeys = DukptTerminal.fromState(this.aes, state.dataKeys);
      const pinKeys = DukptTerminal.fromState(this.aes, state.pinKeys);
      const data = dataKeys.next(['data-encrypt']);
      const pin = pinKeys.next(['pin-encryption']);
      const advanced = { ...state, dataKeys: dataKeys.toState(), pinKeys: pinKeys.toState() };
      await this.storage.put(this.terminalId, state.accountName, advanced);
      return {
        data: { ksn: data.ksn, key: data.keys['data-encrypt'] },
        pin: { ksn: pin.ksn, key: pin.keys['pin-encryption'] },
      };
    });
  }
}

/** The terminal that this account enrolled on this device, if any. */
export async function terminalOf(storage: KeyStorage, accountName: string): Promise<string | undefined> {
  const enrolled = await storage.all(accountName.toLowerCase());
  return enrolled.at(-1)?.terminalId;
}
