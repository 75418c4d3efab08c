import { z } from 'zod';

const text = (max: number) => z.string().min(1).max(max);

export const postalAddress = z.strictObject({
  recipient: text(140),
  addressLines: z.array(text(140)).min(1).max(5),
  city: text(100),
  postalCode: text(20),
  country: z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code'),
});

export const postalAddressView = z.object({
  recipient: z.string(),
  addressLines: z.array(z.string()),
  city: z.string(),
  postalCode: z.string(),
  country: z.string(),
});
