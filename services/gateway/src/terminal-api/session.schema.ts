import { z } from 'zod';
import { postalAddress, postalAddressView } from './postal-address.schema.js';

const text = (max: number) => z.string().min(1).max(max);
const email = z.email().max(254);
const time = z.iso.datetime();

export const registration = z.strictObject({
  email: email.describe('receives the bills; is the account name'),
  password: text(1_024),
  displayName: text(100),
  mobile: text(32).optional(),
  bankAccount: z
    .strictObject({ bankCode: text(32), accountNumber: text(64), holder: text(140) })
    .optional()
    .describe('designated to receive money'),
  postalAddress: postalAddress.optional(),
  locale: z.enum(['zh-CN', 'en']).optional(),
});

export const credentials = z.strictObject({
  email,
  password: text(1_024),
  terminalId: z
    .string()
    .regex(/^ter_[0-9a-f]{32}$/, 'must be a terminal id')
    .optional(),
});

export const accountView = z.object({
  id: z.string(),
  email: z.string(),
  displayName: z.string(),
  mobile: z.string().optional().describe('the confirmed number, or the one that waits for its code'),
  mobileConfirmed: z.boolean(),
  locale: z.string().optional(),
  postalAddress: postalAddressView.optional(),
  createdAt: time,
});

export const newMobile = z.strictObject({
  mobile: z.string().max(32).describe('E.164 or a mainland number of 11 digits; empty removes the number'),
});

export const mobileCodeView = z.object({
  codeExpiresAt: time.optional().describe('absent where the number was removed'),
});

export const mobileCode = z.strictObject({ code: z.string().regex(/^\d{6}$/, 'must be six digits') });

export const sessionView = z.object({
  accountId: z.string(),
  terminalId: z.string().nullable().describe('null until the terminal is enrolled'),
  accessToken: z.string(),
  accessTokenExpiresAt: time,
});

const initialKeyView = z.object({
  initialKeyId: z.string().describe('16 hex digits'),
  encryptedKey: z.string().describe('base64, RSA-OAEP with SHA-256'),
  keyCheckValue: z.string().describe('10 hex digits'),
});

export const newTerminal = z.strictObject({
  name: text(64),
  certificateRequest: text(8_192).describe('PKCS#10, PEM, RSA-2048 or larger'),
});

export const enrolmentView = z.object({
  terminalId: z.string(),
  certificate: z.string().describe('X.509, PEM'),
  caCertificate: z.string(),
  dataKey: initialKeyView,
  pinKey: initialKeyView,
  accessToken: z.string(),
  accessTokenExpiresAt: time,
});

export const terminalPath = z.object({ id: z.string().regex(/^ter_[0-9a-f]{32}$/, 'must be a terminal id') });

export const terminalList = z.object({
  terminals: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      enrolledAt: time,
      lastSeenAt: time.optional(),
      revoked: z.boolean(),
    }),
  ),
});

export type Registration = z.infer<typeof registration>;
export type MobileCodeView = z.infer<typeof mobileCodeView>;
export type Credentials = z.infer<typeof credentials>;
export type AccountView = z.infer<typeof accountView>;
export type SessionView = z.infer<typeof sessionView>;
export type NewTerminal = z.infer<typeof newTerminal>;
export type EnrolmentView = z.infer<typeof enrolmentView>;
export type TerminalList = z.infer<typeof terminalList>;
