import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Sensitive } from '@openswipe/kernel';
import type { Cipher } from '../application/ports.js';

const VERSION = 1;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** One purpose, one key: all derived from DATA_KEY (HKDF, RFC 5869). */
export const deriveKey = (dataKey: Sensitive<string>, purpose: string): Buffer =>
  Buffer.from(
    hkdfSync('sha256', Buffer.from(dataKey.reveal('derive a key'), 'hex'), '', `openswipe accounts ${purpose}`, 32),
  );

/** AES-256-GCM: version ‖ nonce ‖ ciphertext ‖ tag, base64; the context is the associated data. */
export class DataCipher implements Cipher {
  readonly #sealingKey: Buffer;
  readonly #digestKey: Buffer;

  constructor(dataKey: Sensitive<string>) {
    this.#sealingKey = deriveKey(dataKey, 'data at rest');
    this.#digestKey = deriveKey(dataKey, 'digests');
  }

  seal(text: Sensitive<string>, context: string): string {
    const nonce = randomBytes(NONCE_LENGTH);
    const cipher = createCipheriv('aes-256-gcm', this.#sealingKey, nonce).setAAD(Buffer.from(context));
    const ciphertext = Buffer.concat([cipher.update(text.reveal('seal it'), 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(VERSION), nonce, ciphertext, cipher.getAuthTag()]).toString('base64');
  }

  /** Throws where the text was sealed elsewhere, under another key, or changed. */
  open(sealed: string, context: string): Sensitive<string> {
    const bytes = Buffer.from(sealed, 'base64');
    if (bytes[0] !== VERSION) throw new Error(`sealed text of unknown version at ${context}`);
    const nonce = bytes.subarray(1, 1 + NONCE_LENGTH);
    const decipher = createDecipheriv('aes-256-gcm', this.#sealingKey, nonce, { authTagLength: TAG_LENGTH })
      .setAAD(Buffer.from(context))
      .setAuthTag(bytes.subarray(-TAG_LENGTH));
    const ciphertext = bytes.subarray(1 + NONCE_LENGTH, -TAG_LENGTH);
    return new Sensitive(Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8'));
  }

  digest(text: string, context: string): string {
    return createHmac('sha256', this.#digestKey).update(`${context}\0${text}`).digest('hex');
  }
}
