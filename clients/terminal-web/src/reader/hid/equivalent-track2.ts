import { toHex, type Bytes } from '@openswipe/card';
import { Sensitive } from '@openswipe/kernel';

/** EMV tag 57 as the stripe has it: `D` becomes `=`, padding and sentinels as on track 2. */
export function equivalentTrack2(value: Bytes): Sensitive<string> {
  return new Sensitive(`;${toHex(value).replace(/f$/, '').replace('d', '=')}?`);
}
