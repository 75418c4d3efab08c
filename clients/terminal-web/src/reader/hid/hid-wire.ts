import type { Bytes } from '@openswipe/card';
import type { HidCollection, HidDevice, HidInputReport, HidReportLayout } from './webhid-port.js';

/** One opened device: bytes in, bytes out. */
export class HidWire {
  readonly #device: HidDevice;
  readonly #onReport: (reportId: number, bytes: Bytes) => void;

  constructor(device: HidDevice, onReport: (reportId: number, bytes: Bytes) => void) {
    this.#device = device;
    this.#onReport = onReport;
  }

  get collections(): readonly HidCollection[] {
    return this.#device.collections;
  }

  is(device: HidDevice): boolean {
    return this.#device === device;
  }

  async open(): Promise<void> {
    if (!this.#device.opened) await this.#device.open();
    this.#device.addEventListener('inputreport', this.#listener);
  }

  async close(): Promise<void> {
    this.#device.removeEventListener('inputreport', this.#listener);
    // A device that is gone is closed enough.
    if (this.#device.opened) await this.#device.close().catch(() => undefined);
  }

  send(reportId: number, bytes: Bytes): Promise<void> {
    return this.#device.sendReport(reportId, bytes);
  }

  sendFeature(reportId: number, bytes: Bytes): Promise<void> {
    return this.#device.sendFeatureReport(reportId, bytes);
  }

  async receiveFeature(reportId: number): Promise<Bytes> {
    return bytesOf(await this.#device.receiveFeatureReport(reportId));
  }

  readonly #listener = ({ reportId, data }: HidInputReport): void => {
    this.#onReport(reportId, bytesOf(data));
  };
}

/** Whole bytes of a report as its descriptor gives them. */
export function reportLength({ items = [] }: HidReportLayout): number {
  const bits = items.reduce((sum, { reportSize = 0, reportCount = 0 }) => sum + reportSize * reportCount, 0);
  return Math.ceil(bits / 8);
}

function bytesOf({ buffer, byteOffset, byteLength }: DataView): Bytes {
  return new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
}
