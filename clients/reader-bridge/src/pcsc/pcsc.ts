import { createRequire } from 'node:module';

/** What is used of the package `smartcard` (PC/SC of the operating system). */
export interface Pcsc {
  readonly Context: new () => PcscContext;
  readonly ReaderMonitor: new () => PcscMonitor;
  readonly SCARD_SHARE_EXCLUSIVE: number;
  readonly SCARD_PROTOCOL_T0: number;
  readonly SCARD_PROTOCOL_T1: number;
  readonly SCARD_RESET_CARD: number;
  readonly SCARD_STATE_PRESENT: number;
}

export interface PcscContext {
  listReaders(): readonly { readonly name: string; connect(share: number, protocols: number): Promise<PcscCard> }[];
  close(): void;
}

export interface PcscCard {
  readonly protocol: number;
  transmit(command: Buffer): Promise<Buffer>;
  disconnect(disposition: number): void;
}

export interface PcscEvent {
  readonly type: 'reader-attached' | 'reader-detached' | 'card-inserted' | 'card-removed' | 'error';
  /** For `error`, the text of it. */
  readonly reader: string;
  readonly state: number;
}

export interface PcscMonitor {
  start(onEvent: (event: PcscEvent) => void): void;
  stop(): void;
}

/** An optional package: where it could not be compiled (no libpcsclite-dev) the rest of the workspace works without. */
const PACKAGE = 'smartcard';

/** `undefined` if the package is not there or does not fit this computer. */
export function loadPcsc(): Pcsc | undefined {
  try {
    return createRequire(import.meta.url)(PACKAGE) as Pcsc;
  } catch {
    return undefined;
  }
}
