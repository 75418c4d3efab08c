import type { HidFamily } from './hid-reader.js';
import { parseSecureHead } from './idtech-securehead-report.js';
import { tellSwipe } from './swipe-report.js';

/** One report for each swipe; encrypted or not is a setting of the reader. No signal that a page could give. */
export const idtechSecureHead: HidFamily = {
  kind: 'idtech-hid',
  label: 'ID TECH SecureHead',
  vendorId: 0x0acd,
  abilities: { light: false, sound: false, vibration: false, protectsCard: true },
  matches: ({ vendorId, productId }) => vendorId === 0x0acd && productId === 0x2010,
  protocol: (core) => ({
    report(_reportId, bytes) {
      core.swipeStarted();
      tellSwipe(core, parseSecureHead(bytes));
    },
  }),
};
