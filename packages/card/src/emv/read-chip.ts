import type { Sensitive } from '@openswipe/kernel';
import type { Bytes } from '../bytes.js';
import { parseTrack2, type Track2 } from '../track2.js';
import { type Apdu, boundedApdu } from './apdu.js';
import { type ApplicationCryptogram, applicationCryptogram } from './application-cryptogram.js';
import {
  panDigits,
  type ProcessingOptions,
  readApplication,
  startApplication,
  track2Text,
} from './application-data.js';
import { APPLICATION_IDS, type Candidate, candidates, selectApplication } from './application.js';
import { type CvmList, parseCvmList } from './cvm-list.js';
import { dataInvalid, DataObjects } from './data-objects.js';
import { emvError } from './emv-error.js';
import { formatField55 } from './field-55.js';
import { type ChipPayment, terminalData } from './terminal-data.js';

export interface ChipRead {
  /** Of tag 57, checked against 5A; `raw` has the sentinels of a stripe. */
  readonly track2: Track2;
  readonly applicationId: string;
  readonly applicationLabel: string;
  /** PAN sequence number, two digits (5F34); `00` if the card has none. */
  readonly panSequence: string;
  readonly cryptogram: ApplicationCryptogram;
  /** What the issuer wants the holder verified by; absent if the card does not say. */
  readonly cvmList?: CvmList;
  /** What the issuer needs to verify the cryptogram, as ISO 8583 field 55. */
  readonly field55: Sensitive<string>;
  /** Every primitive object that the card gave, by tag, known here or not. */
  readonly dataObjects: Sensitive<ReadonlyMap<string, Bytes>>;
}

export interface ChipTerminal {
  /** Identifiers or their beginnings; the default is `APPLICATION_IDS`. */
  readonly applicationIds?: readonly string[];
  /** Asked about an application that the card wants confirmed (EMV Book 1, 12.4); without it none of those is taken. */
  readonly confirm?: (candidate: Candidate) => Promise<boolean>;
}

/**
 * One contact EMV payment up to the request for online authorization (EMV Book 3, chapter 10): application selection,
 * GET PROCESSING OPTIONS, READ RECORD, processing restrictions, first GENERATE AC. Card verification by the terminal
 * (ODA), offline PIN, offline approval and the second GENERATE AC are not offered.
 * Throws the DomainErrors `CARD.EMV_…`, `CARD.TLV_INVALID`, `CARD.TRACK2_INVALID`; passes on what `card.transmit`
 * rejects with.
 */
export async function readChip(card: Apdu, payment: ChipPayment, terminal: ChipTerminal = {}): Promise<ChipRead> {
  const own = terminalData(payment);
  const bounded = boundedApdu(card);
  const { candidate, options } = await startOne(bounded, terminal, (tag) => own.get(tag));
  const objects = new DataObjects();
  await readApplication(bounded, options.locator, objects);
  const track2 = trackOf(objects);
  const results = verificationResults(objects, payment.date);
  const terminalValue = (tag: string) => (tag === '95' ? results : tag === '82' ? options.profile : own.get(tag));
  const valueOf = (tag: string) => terminalValue(tag) ?? objects.find(tag);
  const cryptogram = await applicationCryptogram(bounded, {
    type: isForbidden(results, objects) ? 'AAC' : 'ARQC',
    list: objects.get('8c'),
    unpredictableNumber: payment.unpredictableNumber,
    valueOf,
  });
  const cvm = objects.find('8e');
  return {
    track2,
    applicationId: candidate.applicationId,
    applicationLabel: candidate.label,
    panSequence: panSequenceOf(objects),
    cryptogram,
    ...(cvm !== undefined && { cvmList: parseCvmList(cvm) }),
    field55: formatField55((tag) => cryptogramValue(cryptogram, candidate, tag) ?? valueOf(tag)),
    dataObjects: objects.all(),
  };
}

/** The first candidate that the card really starts. */
async function startOne(card: Apdu, terminal: ChipTerminal, valueOf: (tag: string) => Bytes | undefined) {
  for (const candidate of await candidates(card, terminal.applicationIds ?? APPLICATION_IDS)) {
    if (candidate.needsConfirmation && !(await terminal.confirm?.(candidate))) continue;
    const control = await selectApplication(card, candidate);
    if (control === undefined) continue;
    const options: ProcessingOptions | undefined = await startApplication(card, control, valueOf);
    if (options !== undefined) return { candidate, options };
  }
  throw emvError('CARD.EMV_APPLICATION_NONE', 'No application of the card can be used for this payment');
}

/** Mandatory objects (EMV Book 3, 7.2); 57 is this platform's own need. */
function trackOf(objects: DataObjects): Track2 {
  objects.sized('5f24', 3);
  const pan = panDigits(objects.sized('5a', 1, 10));
  const track2 = parseTrack2(track2Text(objects.sized('57', 1, 19)));
  if (track2.pan.reveal('compare with 5A') !== pan) throw dataInvalid('57');
  return track2;
}

function panSequenceOf(objects: DataObjects): string {
  if (objects.find('5f34') === undefined) return '00';
  const [sequence = 0] = objects.sized('5f34', 1);
  return sequence.toString(16).padStart(2, '0');
}

/** Terminal verification results (EMV Book 3, Annex C5): no data authentication; too early; too late. */
function verificationResults(objects: DataObjects, date: string): Bytes {
  const isExpired = date > dateOf(objects.sized('5f24', 3));
  const isEarly = objects.find('5f25') !== undefined && date < dateOf(objects.sized('5f25', 3));
  return Uint8Array.of(0x80, (isExpired ? 0x40 : 0) | (isEarly ? 0x20 : 0), 0, 0, 0);
}

/** YYMMDD. All three dates are of the same hundred years. */
const dateOf = (value: Bytes): string => [...value].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Issuer action code, denial (EMV Book 3, 10.7). */
function isForbidden(results: Bytes, objects: DataObjects): boolean {
  const denial = objects.find('9f0e') ?? new Uint8Array(5);
  return results.some((byte, at) => (byte & (denial[at] ?? 0)) !== 0);
}

function cryptogramValue(cryptogram: ApplicationCryptogram, candidate: Candidate, tag: string): Bytes | undefined {
  const hexadecimal: Readonly<Record<string, string>> = {
    '9f26': cryptogram.arqc,
    '9f27': cryptogram.cryptogramInformation,
    '9f36': cryptogram.atc,
    '9f10': cryptogram.issuerApplicationData,
    '84': candidate.applicationId,
  };
  const hex = hexadecimal[tag];
  return hex === undefined || hex === '' ? undefined : Uint8Array.from(hex.match(/../g) ?? [], (b) => parseInt(b, 16));
}
