/** Registered application providers of payment cards: UnionPay, Visa, Mastercard. */
const PAYMENT_PROVIDERS = ['a000000333', 'a000000003', 'a000000004'];
/** `1PAY.SYS.DDF01` */
const PAYMENT_DIRECTORY = '315041592e5359532e4444463031';
/** Counter, PIN tries left, last online counter, log format: what GET DATA may ask for (EMV Book 3, 7.3). */
const DATA_TAGS = ['9f36', '9f17', '9f13', '9f4f'];
/** Header of four bytes, length, 255 bytes, expected length. */
const COMMAND_MAX = 261;

export type CommandKind = 'select' | 'options' | 'record' | 'cryptogram' | 'data' | 'response';

interface Rule {
  readonly kind: CommandKind;
  /** Whether data follows the length; else the length is that of the answer. */
  readonly hasData: boolean;
  allows(p1: number, p2: number, data: Uint8Array): boolean;
}

/** By class and instruction. */
const RULES: Readonly<Record<string, Rule>> = {
  '00a4': { kind: 'select', hasData: true, allows: (p1, p2, name) => p1 === 4 && (p2 & 0xfd) === 0 && isPayment(name) },
  '80a8': { kind: 'options', hasData: true, allows: (p1, p2, data) => p1 === 0 && p2 === 0 && data[0] === 0x83 },
  '00b2': { kind: 'record', hasData: false, allows: (p1, p2) => p1 > 0 && (p2 & 7) === 4 && p2 >> 3 > 0 },
  '80ae': { kind: 'cryptogram', hasData: true, allows: (p1, p2) => (p1 === 0x80 || p1 === 0x00) && p2 === 0 },
  '80ca': { kind: 'data', hasData: false, allows: (p1, p2) => DATA_TAGS.includes(hex(Uint8Array.of(p1, p2))) },
  '00c0': { kind: 'response', hasData: false, allows: (p1, p2) => p1 === 0 && p2 === 0 },
};

/**
 * What kind of EMV command this is, or `undefined`: then it does not reach the card. So a page that was let in can
 * still not try PINs (VERIFY), sign, change files, or talk to a card that is no payment card. Short commands only
 * (ISO/IEC 7816-4), with exactly the length they say.
 */
export function commandKind(command: Uint8Array): CommandKind | undefined {
  const header = hex(command.subarray(0, 2));
  const rule = Object.hasOwn(RULES, header) ? RULES[header] : undefined;
  if (rule === undefined || command.length < 5 || command.length > COMMAND_MAX) return undefined;
  const [p1, p2, length] = [...command.subarray(2, 5)] as [number, number, number];
  const isWhole = rule.hasData ? isWholeWithData(command, length) : command.length === 5;
  return isWhole && rule.allows(p1, p2, command.subarray(5, 5 + length)) ? rule.kind : undefined;
}

/** With or without the expected length, which is all that the card has. */
const isWholeWithData = (command: Uint8Array, length: number): boolean =>
  length > 0 && (command.length === 5 + length || (command.length === 6 + length && command.at(-1) === 0));

function isPayment(name: Uint8Array): boolean {
  const text = hex(name);
  const isIdentifier = name.length >= 5 && name.length <= 16;
  return text === PAYMENT_DIRECTORY || (isIdentifier && PAYMENT_PROVIDERS.some((id) => text.startsWith(id)));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
