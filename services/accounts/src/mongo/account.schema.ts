import { LOCALES, type Account } from '../domain/account.js';
import { anyText, optionalText, optionalTime, part, strictSchema, text, time } from './schema.js';

export interface AccountDocument extends Omit<Account, 'id' | 'email'> {
  readonly _id: string;
  readonly email: string;
  readonly emailKey: string;
}

export const bankAccountPart = part({ bankCode: text, holder: text, last4: text, sealedNumber: text });

export const postalAddressPart = part({
  recipient: text,
  addressLines: [String],
  city: text,
  postalCode: text,
  country: anyText,
});

const mobileBindingPart = part({
  confirmed: { type: Boolean, required: true },
  code: {
    type: part({
      mobile: text,
      hash: text,
      expiresAt: time,
      triesLeft: { type: Number, required: true },
      usedAt: optionalTime,
    }),
  },
  revision: { type: Number, required: true },
});

export const accountSchema = strictSchema<AccountDocument>('accounts', {
  _id: text,
  email: text,
  emailKey: text,
  displayName: text,
  mobile: optionalText,
  mobileBinding: { type: mobileBindingPart },
  locale: { type: String, enum: LOCALES, required: true },
  passwordHash: text,
  bankAccount: { type: bankAccountPart },
  postalAddress: { type: postalAddressPart },
  createdAt: time,
});
