import { toHex, type Bytes } from '@openswipe/card';
import type { Hid, HidCollection, HidDevice, HidFilter, HidInputReport } from './webhid-port.js';

type PlugListener = (event: { readonly device: HidDevice }) => void;

/** Stands for a device in tests: it logs what it is sent and reports what it is told to. */
export class FakeHidDevice implements HidDevice {
  opened = false;
  /** `output 0 00…` or `feature 0 0a…`: report id and bytes in hexadecimal, zeros at the end left out. */
  readonly log: string[] = [];
  /** Answer to the next reading of a feature report. */
  featureAnswer: readonly number[] = [0, 0];
  onOutput: ((reportId: number, bytes: Bytes) => void) | undefined;
  onFeature: ((bytes: Bytes) => void) | undefined;
  openWith: () => Promise<void> = () => Promise.resolve();
  readonly #listeners = new Set<(report: HidInputReport) => void>();

  constructor(
    readonly vendorId: number,
    readonly productId: number,
    readonly collections: readonly HidCollection[] = [],
    readonly productName = '',
  ) {}

  async open(): Promise<void> {
    await this.openWith();
    this.opened = true;
  }

  close(): Promise<void> {
    this.opened = false;
    return Promise.resolve();
  }

  async sendReport(reportId: number, data: Bytes): Promise<void> {
    this.#wrote('output', reportId, data);
    this.onOutput?.(reportId, data);
  }

  async sendFeatureReport(reportId: number, data: Bytes): Promise<void> {
    this.#wrote('feature', reportId, data);
    this.onFeature?.(data);
  }

  receiveFeatureReport(): Promise<DataView> {
    return Promise.resolve(new DataView(Uint8Array.from(this.featureAnswer).buffer));
  }

  addEventListener(_type: 'inputreport', listener: (report: HidInputReport) => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'inputreport', listener: (report: HidInputReport) => void): void {
    this.#listeners.delete(listener);
  }

  /** Plays an input report. The view starts behind other bytes, as a browser's may. */
  report(bytes: Bytes, reportId = 0): void {
    const buffer = new ArrayBuffer(bytes.length + 3);
    new Uint8Array(buffer).set(bytes, 3);
    for (const listener of [...this.#listeners]) listener({ reportId, data: new DataView(buffer, 3) });
  }

  #wrote(sort: string, reportId: number, data: Bytes): void {
    if (!this.opened) throw new Error('The device is not open');
    this.log.push(`${sort} ${reportId} ${toHex(data).replace(/(?:00)+$/, '')}`);
  }
}

/** Stands for `navigator.hid` in tests. */
export class FakeHid implements Hid {
  readonly plugged: HidDevice[] = [];
  /** What the person picks in the browser's list; `undefined` closes it. */
  pick: HidDevice | undefined;
  readonly asked: (readonly HidFilter[])[] = [];
  readonly #listeners = { connect: new Set<PlugListener>(), disconnect: new Set<PlugListener>() };

  getDevices(): Promise<readonly HidDevice[]> {
    return Promise.resolve([...this.plugged]);
  }

  requestDevice({ filters }: { readonly filters: readonly HidFilter[] }): Promise<readonly HidDevice[]> {
    this.asked.push(filters);
    if (this.pick !== undefined) this.plugged.push(this.pick);
    return Promise.resolve(this.pick === undefined ? [] : [this.pick]);
  }

  addEventListener(type: 'connect' | 'disconnect', listener: PlugListener): void {
    this.#listeners[type].add(listener);
  }

  removeEventListener(type: 'connect' | 'disconnect', listener: PlugListener): void {
    this.#listeners[type].delete(listener);
  }

  plug(device: HidDevice): void {
    this.plugged.push(device);
    for (const listener of [...this.#listeners.connect]) listener({ device });
  }

  unplug(device: HidDevice): void {
    this.plugged.splice(this.plugged.indexOf(device), 1);
    for (const listener of [...this.#listeners.disconnect]) listener({ device });
  }

  get listeners(): number {
    return this.#listeners.connect.size + this.#listeners.disconnect.size;
  }
}
