import { type KeyObject, createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const CREDENTIAL_INCLUDED = 0x40;

export interface Ceremony {
  /** base64url */
  readonly challenge: string;
  readonly origin?: string;
  readonly rpId?: string;
  readonly isUserVerified?: boolean;
}

/** A WebAuthn authenticator in a few lines: one P-256 key, and a signature counter that a test may turn. */
export class SoftwareAuthenticator {
  readonly id = randomBytes(16);
  readonly #privateKey: KeyObject;
  readonly #coseKey: Uint8Array;

  constructor(
    private readonly origin: string,
    public counter = 1,
  ) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privateKey = privateKey;
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const cose = new Map<number, number | Uint8Array>([
      [1, 2], // kty: EC2
      [3, -7], // alg: ES256
      [-1, 1], // crv: P-256
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ]);
    this.#coseKey = isoCBOR.encode(cose);
  }

  /** RegistrationResponseJSON as text. */
  register(ceremony: Ceremony, attestation: { fmt: string; attStmt: Map<string, unknown> } = none()): string {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const credential = Buffer.concat([Buffer.alloc(16), length, this.id, this.#coseKey]);
    const authData = this.#authenticatorData(ceremony, CREDENTIAL_INCLUDED, credential);
    const attestationObject = isoCBOR.encode(
      new Map<string, unknown>([
        ['fmt', attestation.fmt],
        ['attStmt', attestation.attStmt],
        ['authData', new Uint8Array(authData)],
      ]) as never,
    );
    return this.#asJson({
      clientDataJSON: this.#clientData('webauthn.create', ceremony).toString('base64url'),
      attestationObject: Buffer.from(attestationObject).toString('base64url'),
      transports: ['internal'],
    });
  }

  /** AuthenticationResponseJSON as text; the counter moves on, unless the authenticator has none (0). */
  assert(ceremony: Ceremony): string {
    if (this.counter > 0) this.counter += 1;
    const clientData = this.#clientData('webauthn.get', ceremony);
    const authenticatorData = this.#authenticatorData(ceremony);
    const signed = Buffer.concat([authenticatorData, createHash('sha256').update(clientData).digest()]);
    return this.#asJson({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authenticatorData.toString('base64url'),
      signature: createSign('sha256').update(signed).sign(this.#privateKey).toString('base64url'),
    });
  }

  #clientData(type: string, { challenge, origin = this.origin }: Ceremony): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  #authenticatorData(ceremony: Ceremony, moreFlags = 0, credential: Buffer = Buffer.alloc(0)): Buffer {
    const { rpId = new URL(this.origin).hostname, isUserVerified = true } = ceremony;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    const flags = USER_PRESENT | (isUserVerified ? USER_VERIFIED : 0) | moreFlags;
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.of(flags), counter, credential]);
  }

  #asJson(response: object): string {
    const id = this.id.toString('base64url');
    return JSON.stringify({ id, rawId: id, type: 'public-key', response, clientExtensionResults: {} });
  }
}

const none = () => ({ fmt: 'none', attStmt: new Map<string, unknown>() });
