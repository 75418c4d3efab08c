import { parseSureSwipe } from './magtek-sureswipe-report.js';
import type { HidFamily } from './hid-reader.js';
import { tellSwipe } from './swipe-report.js';

const NO_SIGNALS = { light: false, sound: false, vibration: false, protectsCard: false } as const;

/** Clear text, no commands: the light is the reader's own, and only the page keeps it from being read unasked. */
const protocol: HidFamily['protocol'] = (core) => ({
  report(_reportId, bytes) {
    core.swipeStarted();
    tellSwipe(core, parseSureSwipe(bytes));
  },
});

export const magtekSureSwipe: HidFamily = {
  kind: 'magtek',
  label: 'MagTek SureSwipe',
  vendorId: 0x0801,
  abilities: NO_SIGNALS,
  matches: ({ vendorId, productId }) => vendorId === 0x0801 && productId === 0x0002,
  protocol,
};

/** ID TECH's "other" structure is the same report. */
export const idtechOther: HidFamily = {
  kind: 'idtech-hid',
  label: 'ID TECH',
  vendorId: 0x0acd,
  abilities: NO_SIGNALS,
  matches: ({ vendorId, productId }) => vendorId === 0x0acd && productId === 0x2020,
  protocol,
};
