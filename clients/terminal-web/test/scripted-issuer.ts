import { createHash, randomBytes } from 'node:crypto';
import {
  biometricMessage,
  decodePinBlockFormat4,
  fromHex,
  hostDeriveWorkingKey,
  KeySerialNumber,
  nobleAes,
  parseTrack2,
  type Bytes,
  type Key,
  type Pan,
  type TransactionData,
} from '@openswipe/card';
import { isForFee, parseField55 } from '@openswipe/card/emv';
import { verifyCryptogram } from '@openswipe/card/emv/issuer';
import { TEST_ISSUER_KEY } from '@openswipe/card/emv/test-chip';
import { openProtectedCard } from '@openswipe/card/host';
import { TEST_CARDS, type TestCard } from '@openswipe/card/test-cards';
import { TEST_PIN_PAD_BDK } from '@openswipe/card/test-pin-pad';
import { Sensitive } from '@openswipe/kernel';
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { Check } from '../src/payment/security-checks.js';
import type { ScriptedBiometrics } from './scripted-biometrics.js';

export interface Decision {
  readonly pan: Pan;
  /** Absent: approved. */
  readonly reasonCode?: string | undefined;
}

/** The issuer of the test cards: every block, cryptogram and assertion is truly checked, with true host keys. */
export class ScriptedIssuer {
  /** Base derivation key of readers that encrypt (TDES). */
  readonly readerBdk: Key = new Sensitive<Bytes>(new Uint8Array(randomBytes(16)));
  /** Checks besides those of the card, by beginning of the PAN; the longest wins. */
  table: { readonly bin: string; readonly checks: readonly Check[] }[] = [{ bin: '625881', checks: ['biometric'] }];
  /** Whether a terminal hears of the table before it pays. */
  tellsTable = true;

  checksOf(bin: string): readonly Check[] {
    const found = this.table.filter((row) => bin.startsWith(row.bin));
    return found.toSorted((a, b) => b.bin.length - a.bin.length)[0]?.checks ?? [];
  }

  /** @param ksn of the envelope's data key */
  async decide(data: TransactionData, pinBdk: Key, ksn: string, biometrics: ScriptedBiometrics): Promise<Decision> {
    const opened = 'track2' in data.card ? undefined : openProtectedCard(this.readerBdk, data.card);
    const { pan } = opened?.track2 ?? parseTrack2('track2' in data.card ? data.card.track2 : '');
    if (opened?.sessionId !== undefined && !data.fee.orderDigest.startsWith(opened.sessionId)) {
      return { pan, reasonCode: 'TRANSACTIONS.DIGEST_MISMATCH' };
    }
    const wanted = this.checksOf(pan.bin);
    const reasonCode =
      (await biometricReason(data, ksn, biometrics, wanted.includes('biometric'))) ??
      chipReason(data, pan) ??
      cardReason(data, pan, pinBdk, wanted.includes('pin'));
    return { pan, reasonCode };
  }
}

async function biometricReason(
  { security, fee }: TransactionData,
  ksn: string,
  biometrics: ScriptedBiometrics,
  isWanted: boolean,
): Promise<string | undefined> {
  if (!security.biometric) return isWanted ? 'RISK.BIOMETRIC_REQUIRED' : undefined;
  const challenge = createHash('sha256').update(biometricMessage(fee.orderDigest, ksn)).digest('base64url');
  const assertion = JSON.parse(security.biometric.assertion) as AuthenticationResponseJSON;
  return (await biometrics.verify(assertion, challenge)) || undefined;
}

function chipReason({ card, fee }: TransactionData, pan: Pan): string | undefined {
  if (!('chip' in card) || !card.chip) return undefined;
  const { field55 } = card.chip;
  if (!isForFee(parseField55(field55), fee)) return 'TRANSACTIONS.CHIP_MISMATCH';
  return verifyCryptogram(TEST_ISSUER_KEY, pan, field55) ? undefined : 'RISK.CRYPTOGRAM_WRONG';
}

function cardReason({ security }: TransactionData, pan: Pan, pinBdk: Key, isPinWanted: boolean): string | undefined {
  const digits = pan.reveal('scripted issuer');
  const found: TestCard | undefined = TEST_CARDS.find((each) => each.pan === digits);
  if (found?.behaviour.startsWith('decline:')) return found.behaviour.slice('decline:'.length);
  if (!found?.pin && !isPinWanted) return undefined;
  if (security.pinBlock === undefined) return 'RISK.PIN_REQUIRED';
  const ksn = KeySerialNumber.parse(security.pinKsn ?? '');
  const bdk = security.pinPad === 'reader' ? TEST_PIN_PAD_BDK : pinBdk;
  const key = hostDeriveWorkingKey(nobleAes, bdk, ksn, 'pin-encryption', 'aes128');
  const block = fromHex(security.pinBlock, 16, 'TEST.BLOCK', 'A PIN block');
  const entered = decodePinBlockFormat4(nobleAes, key, block, pan).reveal('scripted issuer');
  return entered === found?.pin ? undefined : 'RISK.PIN_WRONG';
}
