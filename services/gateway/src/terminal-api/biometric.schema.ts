import { z } from 'zod';

const CREDENTIAL_ID = /^[\w-]{1,1400}$/;
const base64url = z.string().regex(/^[\w-]{1,12000}$/, 'must be base64url');
const time = z.iso.datetime();

/** What a browser's `PublicKeyCredential.toJSON()` gives; accounts reads it whole. */
export const registrationResponse = z
  .looseObject({
    id: base64url.max(1_400),
    rawId: base64url.max(1_400),
    type: z.literal('public-key'),
    response: z.looseObject({ clientDataJSON: base64url, attestationObject: base64url }),
  })
  .describe('RegistrationResponseJSON of the Web Authentication API, Level 3');

export const creationOptions = z
  .looseObject({ challenge: z.string() })
  .describe('PublicKeyCredentialCreationOptionsJSON of the Web Authentication API, Level 3');

export const credentialPath = z.object({ id: z.string().regex(CREDENTIAL_ID, 'must be a credential id') });

export const credentialView = z.object({
  id: z.string().describe('base64url'),
  terminalId: z.string(),
  registeredAt: time,
  lastUsedAt: time.optional(),
});

export const credentialList = z.object({ credentials: z.array(credentialView) });

export type RegistrationResponse = z.infer<typeof registrationResponse>;
export type CreationOptions = z.infer<typeof creationOptions>;
export type CredentialView = z.infer<typeof credentialView>;
export type CredentialList = z.infer<typeof credentialList>;
