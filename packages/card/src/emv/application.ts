import { fromHex, toHex, type Bytes } from '../bytes.js';
import { findTlv, parseTlv, type Tlv } from '../tlv.js';
import { answerInvalid, type Apdu, type CardAnswer, exchange, OK, readRecord, select } from './apdu.js';
import { emvError } from './emv-error.js';

/** An application on the card that this terminal has too. */
export interface Candidate {
  readonly applicationId: string;
  readonly label: string;
  /** 1 comes first, 15 last; 0 = the card does not say (EMV Book 1, 12.2.3). */
  readonly priority: number;
  /** The card wants the cardholder asked before it is taken. */
  readonly needsConfirmation: boolean;
}

/** Application identifiers, or their beginnings: UnionPay debit, credit, quasi credit; Visa; Mastercard, Maestro. */
export const APPLICATION_IDS: readonly string[] = [
  ...['a000000333010101', 'a000000333010102', 'a000000333010103'],
  ...['a0000000031010', 'a0000000032010', 'a0000000032020'],
  ...['a0000000041010', 'a0000000043060'],
];

const PSE = new TextEncoder().encode('1PAY.SYS.DDF01');
const BLOCKED = '6a81';
/** Records of the directory, and applications of one beginning; cards have a few. */
const ENTRIES_MAX = 10;

/**
 * What card and terminal have both, in the order in which to try: by the payment system's directory, or by asking for
 * each identifier (EMV Book 1, 12.3). Throws `CARD.EMV_APPLICATION_NONE`, `CARD.EMV_CARD_BLOCKED`.
 */
export async function candidates(card: Apdu, supported: readonly string[]): Promise<readonly Candidate[]> {
  const listed = (await fromDirectory(card))?.filter(({ applicationId }) =>
    supported.some((id) => applicationId.startsWith(id)),
  );
  const found = listed?.length ? listed : await fromList(card, supported);
  if (found.length === 0) {
    throw emvError('CARD.EMV_APPLICATION_NONE', 'The card has no application that this terminal supports');
  }
  return found
    .map((candidate, at) => ({ candidate, rank: (candidate.priority || 16) * 1_000 + at }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ candidate }) => candidate);
}

/** The file control information of an application, or `undefined` if the card will not select it now. */
export async function selectApplication(card: Apdu, { applicationId }: Candidate): Promise<readonly Tlv[] | undefined> {
  const answer = await exchange(card, select(idBytes(applicationId)));
  if (answer.status !== OK) return undefined;
  const control = controlInformation(answer);
  return nameOf(control) === applicationId ? control : undefined;
}

/** `undefined` if the card has no directory, or one that cannot be used: EMV then asks for each identifier. */
async function fromDirectory(card: Apdu): Promise<readonly Candidate[] | undefined> {
  const answer = await exchange(card, select(PSE));
  refuseBlocked(answer);
  if (answer.status !== OK) return undefined;
  const sfi = findTlv(controlInformation(answer), '88')?.value[0] ?? 0;
  if (sfi < 1 || sfi > 10) return undefined;
  const found: Candidate[] = [];
  for (let record = 1; record <= ENTRIES_MAX; record++) {
    const { status, data } = await exchange(card, readRecord(sfi, record));
    if (status === '6a83') return found;
    if (status !== OK) return undefined;
    found.push(...entriesOf(data).slice(0, ENTRIES_MAX - found.length));
  }
  return found;
}

function entriesOf(record: Bytes): readonly Candidate[] {
  const entries = parseTlv(record).find(({ tag }) => tag === '70')?.children ?? [];
  return entries.flatMap((entry) => {
    const applicationId = entry.tag === '61' ? findTlv([entry], '4f')?.value : undefined;
    return applicationId === undefined ? [] : [candidate(toHex(applicationId), [entry])];
  });
}

async function fromList(card: Apdu, supported: readonly string[]): Promise<readonly Candidate[]> {
  const found = new Map<string, Candidate>();
  for (const id of supported) {
    for (let occurrence = 0; occurrence < ENTRIES_MAX; occurrence++) {
      const answer = await exchange(card, select(idBytes(id), occurrence > 0));
      refuseBlocked(answer);
      // 6283: this application is blocked, another of the same beginning may not be.
      if ((answer.status !== OK && answer.status !== '6283') || answer.data.length === 0) break;
      const control = controlInformation(answer);
      const name = nameOf(control);
      const isOther = name === undefined || !name.startsWith(id) || found.has(name);
      if (isOther) break;
      if (answer.status === OK) found.set(name, candidate(name, control));
      if (name === id) break;
    }
  }
  return [...found.values()];
}

function candidate(applicationId: string, objects: readonly Tlv[]): Candidate {
  const indicator = findTlv(objects, '87')?.value[0] ?? 0;
  const label = findTlv(objects, '50')?.value ?? new Uint8Array(0);
  return {
    applicationId,
    label: String.fromCharCode(...label.slice(0, 16).filter((code) => code >= 0x20 && code < 0x7f)).trim(),
    priority: indicator & 0x0f,
    needsConfirmation: (indicator & 0x80) !== 0,
  };
}

function controlInformation({ data }: CardAnswer): readonly Tlv[] {
  const objects = parseTlv(data);
  if (objects[0]?.tag === '6f') return objects;
  throw answerInvalid('SELECT gives no template 6f');
}

function nameOf(control: readonly Tlv[]): string | undefined {
  const name = findTlv(control, '84')?.value;
  return name === undefined ? undefined : toHex(name);
}

function refuseBlocked({ status }: CardAnswer): void {
  if (status === BLOCKED) throw emvError('CARD.EMV_CARD_BLOCKED', 'The card is blocked, or is no payment card');
}

const idBytes = (id: string): Bytes => fromHex(id, id.length / 2, 'CARD.EMV_TERMINAL_DATA_INVALID', 'An AID');
