import type { ReaderClock } from '../reader-clock.js';
import type { ReaderDriver, ReaderKind } from '../reader-driver.js';
import { HidReader, type HidFamily } from './hid-reader.js';
import { idtechNeo2, type CrcOrders } from './idtech-neo2.js';
import { idtechSecureHead } from './idtech-securehead.js';
import { magtekDynaFlex } from './magtek-dynaflex.js';
import { magtekMagneSafeV5, type ReaderAuthenticator } from './magtek-magnesafe-v5.js';
import { idtechOther, magtekSureSwipe } from './magtek-sureswipe.js';
import { WebHidPort, type HidDevice } from './webhid-port.js';

export const HID_READER_KINDS = ['magtek', 'dynaflex', 'idtech-hid', 'idtech-neo2'] as const satisfies ReaderKind[];
export type HidReaderKind = (typeof HID_READER_KINDS)[number];

export interface HidReadersOptions {
  readonly port?: WebHidPort;
  readonly clock?: ReaderClock;
  /** The platform's answer to a MagneSafe reader's challenge; without it the session id is the signal. */
  readonly authenticator?: ReaderAuthenticator;
  readonly neo2Crc?: CrcOrders;
}

/** Every reader on WebHID: which family a device belongs to, and the driver for it. */
export class HidReaders {
  readonly #port: WebHidPort;
  readonly #clock: ReaderClock | undefined;
  readonly #families: readonly HidFamily[];

  /** Throws `READER.HID_MISSING` where the browser has no WebHID. */
  constructor({ port = new WebHidPort(), clock, authenticator, neo2Crc }: HidReadersOptions = {}) {
    this.#port = port;
    this.#clock = clock;
    this.#families = [
      magtekSureSwipe,
      magtekMagneSafeV5(authenticator),
      magtekDynaFlex,
      idtechSecureHead,
      idtechOther,
      idtechNeo2(neo2Crc),
    ];
  }

  /** Readers allowed earlier and plugged in now; needs no gesture. */
  async remembered(): Promise<readonly ReaderDriver[]> {
    const devices = await this.#port.granted((device) => this.#familyOf(device) !== undefined);
    return devices.flatMap((device) => this.#readerOf(device) ?? []);
  }

  /**
   * The reader of this kind, or of any, that was allowed earlier and is plugged in, else the one a person picks in the
   * browser's list, which wants a click and takes as long as the person does; so it comes before `connect()`.
   * Throws `READER.NOT_CHOSEN`.
   */
  async choose(kind?: HidReaderKind): Promise<ReaderDriver> {
    const wanted = this.#families.filter((family) => kind === undefined || family.kind === kind);
    const matches = (device: HidDevice): boolean => wanted.some((family) => family === this.#familyOf(device));
    const vendorIds = wanted.map(({ vendorId }) => vendorId);
    const [known] = await this.#port.granted(matches);
    const device = known ?? (await this.#port.choose([...new Set(vendorIds)], matches));
    return this.#readerOf(device) as ReaderDriver;
  }

  #familyOf(device: HidDevice): HidFamily | undefined {
    return this.#families.find((family) => family.matches(device));
  }

  #readerOf(device: HidDevice): ReaderDriver | undefined {
    const family = this.#familyOf(device);
    if (family === undefined) return undefined;
    return new HidReader({ port: this.#port, device, family, ...(this.#clock ? { clock: this.#clock } : {}) });
  }
}
