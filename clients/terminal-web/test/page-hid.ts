import { fromHex, type Bytes, type ProtectedCard } from '@openswipe/card';
import { aReport } from '../src/reader/hid/fake-magnesafe.js';

const bytesOf = (hex: string): Bytes => fromHex(hex, hex.length / 2, 'TEST.HEX', 'A field');

/** Report of a MagneSafe reader for a card that it encrypted; its mask has zeros between the first and last four. */
export function reportOf({ protectedTrack }: ProtectedCard, track2: string): Bytes {
  const masked = track2.replace(/(?<=^;\d{4})\d+(?=\d{4}=)/, (digits) => '0'.repeat(digits.length));
  const ciphertext = bytesOf(protectedTrack.ciphertext);
  return aReport({
    4: [ciphertext.length],
    119: ciphertext,
    495: bytesOf(protectedTrack.ksn),
    505: [0, masked.length, 0],
    620: new TextEncoder().encode(masked),
    844: bytesOf(protectedTrack.sessionId ?? '00'.repeat(8)),
  });
}

declare global {
  /** Of the page, once `fakeHid` ran there. */
  var usb: {
    plug(productId: number): void;
    report(bytes: readonly number[]): void;
    /**
     * What a MagneSafe reader answers when it is to enter its authenticated mode, one time after the other. Once it has
     * any, it gives no card data outside of that mode, which each swipe ends (security level 4).
     */
    challenges: (readonly number[])[];
    /** What it was answered then. */
    replies: (readonly number[])[];
  };
  /** Where a test wants to hear what the device is sent. */
  var usbSent: ((reportId: number, bytes: readonly number[]) => void) | undefined;
}

/**
 * Runs in the page before its scripts: stands for `navigator.hid` with at most one MagTek reader, which a person picks
 * as soon as the browser asks; it asks only upon a click.
 */
export function fakeHid(): void {
  const makeDevice = (productId: number) =>
    Object.assign(new EventTarget(), {
      ...{ vendorId: 0x0801, productId, productName: '', opened: false, collections: [] },
      open(): Promise<void> {
        this.opened = true;
        return Promise.resolve();
      },
      close(): Promise<void> {
        this.opened = false;
        return Promise.resolve();
      },
      sendReport(reportId: number, data: Uint8Array): Promise<void> {
        globalThis.usbSent?.(reportId, [...data]);
        return Promise.resolve();
      },
      sendFeatureReport(_reportId: number, data: Uint8Array): Promise<void> {
        command = data[0] ?? 0;
        if (command === 0x11) {
          usb.replies.push([...data.slice(2, 18)]);
          isAuthenticated = true;
        }
        return Promise.resolve();
      },
      receiveFeatureReport(): Promise<DataView> {
        const report = new Uint8Array(61);
        if (command === 0x00) report.set([0, 7, ...[...'MSR0042'].map((letter) => letter.charCodeAt(0))]);
        // Without a challenge the reader is at a security level that has no authenticated mode.
        const challenge = command === 0x10 ? usb.challenges.shift() : undefined;
        wantsProof ||= challenge !== undefined;
        if (command === 0x10) report.set(challenge ? [0, challenge.length, ...challenge] : [7, 0]);
        return Promise.resolve(new DataView(report.buffer));
      },
    });
  let command = 0;
  let wantsProof = false;
  let isAuthenticated = false;
  let plugged: ReturnType<typeof makeDevice>[] = [];
  let granted: typeof plugged = [];
  const hid = Object.assign(new EventTarget(), {
    getDevices: () => Promise.resolve(granted),
    requestDevice(): Promise<typeof plugged> {
      if (!navigator.userActivation.isActive) return Promise.reject(new DOMException('No click', 'SecurityError'));
      granted = plugged;
      return Promise.resolve(granted);
    },
  });
  Object.defineProperty(navigator, 'hid', { configurable: true, value: hid });
  globalThis.usb = {
    challenges: [],
    replies: [],
    plug(productId) {
      plugged = [makeDevice(productId)];
      granted = [];
    },
    report(bytes) {
      const data = new DataView(Uint8Array.from(bytes).buffer);
      if (wantsProof && !isAuthenticated) {
        // No track 2, and "authentication required" in the encryption status.
        data.setUint8(4, 0);
        data.setUint8(494, data.getUint8(494) | 0x08);
      }
      isAuthenticated = false;
      plugged[0]?.dispatchEvent(Object.assign(new Event('inputreport'), { reportId: 0, data }));
    },
  };
}
