import {
  decodePinBlockFormat4,
  fromHex,
  hostDeriveWorkingKey,
  KeySerialNumber,
  nobleAes,
  parseTrack2,
  track2Of,
  type Key,
  type TransactionData,
} from '@openswipe/card';
import { TEST_CARDS } from '@openswipe/card/test-cards';

/** Why the issuer of a test card says no, if it does. The PIN block is opened with the true host key. */
export function reasonOf({ card, security }: TransactionData, pinBdk: Key): string | undefined {
  const { pan } = parseTrack2(track2Of(card));
  const digits = pan.reveal('scripted issuer');
  const found = TEST_CARDS.find((each) => each.pan === digits);
  if (found?.behaviour.startsWith('decline:')) return found.behaviour.slice('decline:'.length);
  if (!found?.pin) return undefined;
  const ksn = KeySerialNumber.parse(security.pinKsn ?? '');
  const key = hostDeriveWorkingKey(nobleAes, pinBdk, ksn, 'pin-encryption', 'aes128');
  const block = fromHex(security.pinBlock, 16, 'TEST.BLOCK', 'A PIN block');
  const entered = decodePinBlockFormat4(nobleAes, key, block, pan).reveal('scripted issuer');
  return entered === found.pin ? undefined : 'RISK.PIN_WRONG';
}
