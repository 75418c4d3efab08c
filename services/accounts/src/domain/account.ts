import { refusal } from './accounts-errors.js';
import type { DesignatedBankAccount } from './bank-account.js';
import type { EmailAddress } from './email-address.js';
import type { MobileBinding } from './mobile-binding.js';
import type { PostalAddress } from './postal-address.js';

/** Languages in which the platform writes to people. */
export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** A person: pays orders with a terminal, and may collect to the designated bank account. */
export interface Account {
  readonly id: string;
  readonly email: EmailAddress;
  readonly displayName: string;
  /** E.164: the confirmed number, or the one that waits for its code. */
  readonly mobile?: string | undefined;
  /** Absent until the first code is sent. */
  readonly mobileBinding?: MobileBinding | undefined;
  readonly locale: Locale;
  readonly passwordHash: string;
  readonly bankAccount?: DesignatedBankAccount | undefined;
  readonly postalAddress?: PostalAddress | undefined;
  readonly createdAt: Date;
}

/** Any Chinese becomes zh-CN, anything else en. */
export const parseLocale = (text: string): Locale => (/^zh\b/i.test(text) ? 'zh-CN' : 'en');

/** E.164, or a mainland number of 11 digits. Throws `ACCOUNTS.FIELD_INVALID`. */
export function parseMobile(text: string): string | undefined {
  const digits = text.replaceAll(/[\s()-]/g, '');
  if (digits === '') return undefined;
  if (/^\+[1-9]\d{6,14}$/.test(digits)) return digits;
  if (/^1\d{10}$/.test(digits)) return `+86${digits}`;
  throw refusal.fieldInvalid('mobile', 'a number such as +8613800000000');
}
