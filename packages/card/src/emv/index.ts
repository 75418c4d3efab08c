export type { Apdu } from './apdu.js';
export type { ApplicationCryptogram } from './application-cryptogram.js';
export { APPLICATION_IDS, type Candidate } from './application.js';
export {
  type CvmCondition,
  type CvmList,
  type CvmMethod,
  type CvmResults,
  type CvmRule,
  parseCvmList,
  parseCvmResults,
} from './cvm-list.js';
export type { EmvErrorCode } from './emv-error.js';
export { formatField55, isForFee, parseField55 } from './field-55.js';
export { type ChipRead, type ChipTerminal, readChip } from './read-chip.js';
export { type ChipPayment, currencyNumber } from './terminal-data.js';
