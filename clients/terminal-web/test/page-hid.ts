declare global {
  /** Of the page, once `fakeHid` ran there. */
  var usb: { plug(productId: number): void; report(bytes: readonly number[]): void };
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
      sendReport: () => Promise.resolve(),
      sendFeatureReport: () => Promise.resolve(),
      receiveFeatureReport: () => Promise.resolve(new DataView(new ArrayBuffer(24))),
    });
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
    plug(productId) {
      plugged = [makeDevice(productId)];
      granted = [];
    },
    report(bytes) {
      const data = new DataView(Uint8Array.from(bytes).buffer);
      plugged[0]?.dispatchEvent(Object.assign(new Event('inputreport'), { reportId: 0, data }));
    },
  };
}
