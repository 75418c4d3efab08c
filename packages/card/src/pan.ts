import { DomainError, Sensitive } from '@openswipe/kernel';

/** Primary account number, ISO/IEC 7812-1: 12 to 19 digits, the last one a Luhn check digit. Prints as a mask. */
export class Pan extends Sensitive<string> {
  private constructor(digits: string) {
    super(digits);
  }

  /** Throws `CARD.PAN_INVALID`; the digits are never in the message. */
  static parse(text: string): Pan {
    if (typeof text === 'string' && /^[0-9]{12,19}$/.test(text) && passesLuhn(text)) return new Pan(text);
    throw new DomainError('CARD.PAN_INVALID', 'A PAN has 12 to 19 digits and a Luhn check digit', { param: 'pan' });
  }

  /** Issuer identification number: 8 digits when enough others stay hidden, else 6 (PCI DSS 3.4.1, 3.5.1). */
  get bin(): string {
    const digits = this.reveal('bin');
    return digits.slice(0, digits.length >= 16 ? 8 : 6);
  }

  get last4(): string {
    return this.reveal('last four').slice(-4);
  }

  /** BIN, asterisks, last four. */
  get masked(): string {
    const hidden = this.reveal('length').length - this.bin.length - 4;
    return `${this.bin}${'*'.repeat(hidden)}${this.last4}`;
  }
}

/** ISO/IEC 7812-1 Annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let fromRight = 0; fromRight < digits.length; fromRight++) {
    const digit = Number(digits[digits.length - 1 - fromRight]);
    const doubled = fromRight % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
