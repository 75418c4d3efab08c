import type { Bytes } from '@openswipe/card';
import { DomainError } from '@openswipe/kernel';

/** As much of WebHID as the drivers use (W3C community draft); the compiler's own library does not know it. */
export interface HidItem {
  readonly isRange?: boolean;
  /** 32 bits each: usage page, usage id. */
  readonly usages?: readonly number[];
  readonly usageMinimum?: number;
  readonly usageMaximum?: number;
  /** Bits. */
  readonly reportSize?: number;
  readonly reportCount?: number;
}

export interface HidReportLayout {
  readonly reportId?: number;
  readonly items?: readonly HidItem[];
}

export interface HidCollection {
  readonly usagePage?: number;
  readonly inputReports?: readonly HidReportLayout[];
  readonly outputReports?: readonly HidReportLayout[];
  readonly featureReports?: readonly HidReportLayout[];
}

export interface HidInputReport {
  readonly reportId: number;
  readonly data: DataView;
}

export interface HidDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly productName: string;
  readonly opened: boolean;
  readonly collections: readonly HidCollection[];
  open(): Promise<void>;
  close(): Promise<void>;
  sendReport(reportId: number, data: Bytes): Promise<void>;
  sendFeatureReport(reportId: number, data: Bytes): Promise<void>;
  receiveFeatureReport(reportId: number): Promise<DataView>;
  addEventListener(type: 'inputreport', listener: (report: HidInputReport) => void): void;
  removeEventListener(type: 'inputreport', listener: (report: HidInputReport) => void): void;
}

export interface HidFilter {
  readonly vendorId: number;
  readonly usagePage: number;
}

/** `navigator.hid`. */
export interface Hid {
  getDevices(): Promise<readonly HidDevice[]>;
  requestDevice(options: { readonly filters: readonly HidFilter[] }): Promise<readonly HidDevice[]>;
  addEventListener(type: 'connect' | 'disconnect', listener: (event: { readonly device: HidDevice }) => void): void;
  removeEventListener(type: 'connect' | 'disconnect', listener: (event: { readonly device: HidDevice }) => void): void;
}

/** Readers keep to it; keyboard and mouse collections are closed to pages anyway. */
const VENDOR_PAGE = 0xff00;

/** Which readers this page may use, and when they come and go. */
export class WebHidPort {
  readonly #hid: Hid;

  /** Throws `READER.HID_MISSING` where the browser has no WebHID. */
  constructor(hid: Hid | undefined = (globalThis.navigator as { hid?: Hid } | undefined)?.hid) {
    if (hid === undefined) throw new DomainError('READER.HID_MISSING', 'This browser has no WebHID');
    this.#hid = hid;
  }

  static get isPresent(): boolean {
    return (globalThis.navigator as { hid?: Hid } | undefined)?.hid !== undefined;
  }

  /** Plugged in now, and allowed to this page earlier. */
  async granted(matches: (device: HidDevice) => boolean): Promise<readonly HidDevice[]> {
    return (await this.#hid.getDevices()).filter(matches);
  }

  /**
   * Shows the browser's picker; wants a user gesture and takes as long as the person does. Throws `READER.NOT_CHOSEN`
   * when it is closed without a choice, or refused, or when the chosen device is not what was looked for.
   */
  async choose(vendorIds: readonly number[], matches: (device: HidDevice) => boolean): Promise<HidDevice> {
    const filters = vendorIds.map((vendorId) => ({ vendorId, usagePage: VENDOR_PAGE }));
    const chosen = await this.#hid.requestDevice({ filters }).catch((): readonly HidDevice[] => []);
    const device = chosen.find(matches);
    if (device === undefined) throw new DomainError('READER.NOT_CHOSEN', 'No reader was chosen that this page can use');
    return device;
  }

  /** Of devices allowed to this page. Returns the call that stops listening. */
  onPlug(plugged: (device: HidDevice) => void, unplugged: (device: HidDevice) => void): () => void {
    const onConnect = (event: { readonly device: HidDevice }): void => {
      plugged(event.device);
    };
    const onDisconnect = (event: { readonly device: HidDevice }): void => {
      unplugged(event.device);
    };
    this.#hid.addEventListener('connect', onConnect);
    this.#hid.addEventListener('disconnect', onDisconnect);
    return () => {
      this.#hid.removeEventListener('connect', onConnect);
      this.#hid.removeEventListener('disconnect', onDisconnect);
    };
  }
}
