import { concat, type Bytes } from '../bytes.js';
import { encodeTlv, findTlv, parseTlv, type Tlv } from '../tlv.js';
import { answerInvalid, type Apdu, dataOf, exchange, getProcessingOptions, readRecord } from './apdu.js';
import { dataFor } from './data-object-list.js';
import { dataInvalid, type DataObjects } from './data-objects.js';
import { emvError } from './emv-error.js';

export interface ProcessingOptions {
  /** Application interchange profile, two bytes. */
  readonly profile: Bytes;
  readonly locator: Bytes;
}

/** Records that one application may have the terminal read; real ones have fewer than ten. */
const RECORDS_MAX = 64;

/**
 * GET PROCESSING OPTIONS with what the PDOL asks for (EMV Book 3, 10.1). `undefined` if the card does not want this
 * application for this payment (6985): the next candidate is to be tried.
 */
export async function startApplication(
  card: Apdu,
  control: readonly Tlv[],
  valueOf: (tag: string) => Bytes | undefined,
): Promise<ProcessingOptions | undefined> {
  const list = findTlv(control, '9f38')?.value ?? new Uint8Array(0);
  const answer = await exchange(card, getProcessingOptions(encodeTlv('83', dataFor(list, '9f38', valueOf))));
  if (answer.status === '6985') return undefined;
  const options = optionsOf(parseTlv(dataOf(answer, 'GET PROCESSING OPTIONS')));
  if (options.profile.length !== 2) throw dataInvalid('82');
  return options;
}

/** Format 1: template 80 with both values; format 2: template 77 with a tag for each. */
function optionsOf(objects: readonly Tlv[]): ProcessingOptions {
  const [template] = objects;
  if (template?.tag === '80') return { profile: template.value.slice(0, 2), locator: template.value.slice(2) };
  const profile = template?.tag === '77' ? findTlv([template], '82') : undefined;
  const locator = template?.tag === '77' ? findTlv([template], '94') : undefined;
  if (profile === undefined || locator === undefined) {
    throw answerInvalid('no profile or locator', { command: 'GET PROCESSING OPTIONS' });
  }
  return { profile: profile.value, locator: locator.value };
}

/** All records of the application file locator (EMV Book 3, 10.2). Throws `CARD.EMV_DATA_INVALID` for a bad locator. */
export async function readApplication(card: Apdu, locator: Bytes, objects: DataObjects): Promise<void> {
  for (const { sfi, record } of recordsOf(locator)) {
    const data = dataOf(await exchange(card, readRecord(sfi, record)), 'READ RECORD');
    const parsed = parseTlv(data);
    // Files above 10 are the payment system's or issuer's own and have a form of their own.
    if (sfi > 10) continue;
    if (parsed.length !== 1 || parsed[0]?.tag !== '70') {
      throw answerInvalid('a record is no template 70', { command: 'READ RECORD' });
    }
    objects.add(parsed);
  }
}

function recordsOf(locator: Bytes): readonly { sfi: number; record: number }[] {
  if (locator.length === 0 || locator.length % 4 !== 0) throw dataInvalid('94');
  const records: { sfi: number; record: number }[] = [];
  for (let at = 0; at < locator.length; at += 4) {
    const [file, first, last, offline] = [...locator.slice(at, at + 4)] as [number, number, number, number];
    const [sfi, count] = [file >> 3, last - first + 1];
    const isFile = (file & 7) === 0 && sfi >= 1 && sfi <= 30;
    if (!isFile || first < 1 || count < 1 || offline > count) throw dataInvalid('94');
    if (records.length + count > RECORDS_MAX) {
      throw emvError('CARD.EMV_LIMIT_EXCEEDED', 'The card has too many records');
    }
    for (let record = first; record <= last; record++) records.push({ sfi, record });
  }
  return records;
}

/** Tag 57 as a stripe would carry it (EMV Book 3, Annex A): PAN, `D`, date, service code; an F fills the last byte. */
export function track2Text(equivalent: Bytes): string {
  const text = [...equivalent].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `;${text.replace(/f$/, '').replace('d', '=')}?`;
}

/** PAN of 5A: digits, F fills up. */
export const panDigits = (value: Bytes): string =>
  [...concat(value)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .replace(/f+$/, '');
