import { randomUUID } from 'node:crypto';
import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import type { AccountReader, ReaderApplication } from '../src/gateway/account-api.js';
import type { PostalAddress } from '../src/gateway/session.js';
import { Refusal } from './refusal.js';
import { ScriptedBiometrics } from './scripted-biometrics.js';

const CODE_LIFETIME_MS = 600_000;

interface ScriptedPerson {
  readonly id: string;
  email: string;
  password: string;
  displayName: string;
  mobile?: string;
  mobileConfirmed?: boolean;
  postalAddress?: PostalAddress;
}

/** What the platform keeps of a person, and the calls about it: number, readers, fingerprints. */
export class ScriptedAccount {
  readonly person: ScriptedPerson = {
    ...{ id: 'acc_1', email: 'lin@example.com', password: 'correct horse 9', displayName: 'Lin' },
  };
  readonly biometrics = new ScriptedBiometrics();
  readers: AccountReader[] = [];
  /** What was registered, as it was sent. */
  readonly registered: Record<string, unknown>[] = [];
  /** The code that was sent last. */
  code: { digits: string; mobile: string; expiresAt: number; triesLeft: number } | undefined;
  codeLifetimeMs = CODE_LIFETIME_MS;
  /** Thrown once by the next registration. */
  refusal: Refusal | undefined;
  readonly #applications = new Map<string, AccountReader>();

  register(body: Record<string, unknown>) {
    if (this.refusal) {
      const { refusal } = this;
      this.refusal = undefined;
      throw refusal;
    }
    this.registered.push(body);
    Object.assign(this.person, body);
    if (this.person.mobile !== undefined) this.#sendCode(this.person.mobile);
    return this.shown();
  }

  shown() {
    const { password: _, ...shown } = this.person;
    return { mobileConfirmed: false, ...shown };
  }

  /** Undefined where the call is none of this account's. */
  async answer(call: string, body: Record<string, unknown>, terminalId: string, idempotencyKey: string) {
    const [, , room = '', id = '', move = ''] = call.split('/');
    if (call === 'GET /v1/account') return [200, this.shown()] as const;
    if (call === 'POST /v1/account/mobile') return [202, this.#sendCode(String(body['mobile']))] as const;
    if (call === 'POST /v1/account/mobile/confirm') return [200, this.#confirm(String(body['code']))] as const;
    if (room === 'biometrics') return this.#biometric(call, body, terminalId, id);
    if (call === 'GET /v1/readers') return [200, { readers: this.readers }] as const;
    if (call === 'POST /v1/readers') return [201, this.#apply(body as never, idempotencyKey)] as const;
    if (call === 'POST /v1/readers/bind') return [200, this.#bind(String(body['serialNumber']), terminalId)] as const;
    if (room === 'readers') return [200, this.#move(id, move)] as const;
    return undefined;
  }

  async #biometric(call: string, body: Record<string, unknown>, terminalId: string, id: string) {
    const answer = body as unknown as RegistrationResponseJSON;
    if (call === 'GET /v1/biometrics') return [200, this.biometrics.list()] as const;
    if (call === 'POST /v1/biometrics/options') return [200, await this.biometrics.options(this.person.email)] as const;
    if (call === 'POST /v1/biometrics') return [201, await this.biometrics.register(answer, terminalId)] as const;
    return [204, this.biometrics.remove(id)] as const;
  }

  #sendCode(mobile: string) {
    const digits = mobile.replaceAll(/[\s()-]/g, '');
    if (!/^(\+[1-9]\d{6,14}|1\d{10})$/.test(digits)) {
      throw new Refusal(400, 'ACCOUNTS.FIELD_INVALID', { param: 'mobile' });
    }
    const expiresAt = Date.now() + this.codeLifetimeMs;
    this.code = { digits: '314159', mobile: digits, expiresAt, triesLeft: 5 };
    if (this.person.mobileConfirmed !== true) this.person.mobile = digits;
    return { codeExpiresAt: new Date(expiresAt).toISOString() };
  }

  #confirm(digits: string) {
    const { code } = this;
    if (!code || code.expiresAt <= Date.now() || code.triesLeft === 0) {
      throw new Refusal(410, 'ACCOUNTS.MOBILE_CODE_EXPIRED');
    }
    if (digits !== code.digits) {
      code.triesLeft -= 1;
      const facts = { triesLeft: String(code.triesLeft) };
      throw new Refusal(400, 'ACCOUNTS.MOBILE_CODE_WRONG', { param: 'code', facts });
    }
    Object.assign(this.person, { mobile: code.mobile, mobileConfirmed: true });
    return this.shown();
  }

  #apply({ model, replacesReaderId, postalAddress = this.person.postalAddress }: ReaderApplication, key: string) {
    const before = this.#applications.get(key);
    if (before) return before;
    if (!postalAddress) throw new Refusal(400, 'ACCOUNTS.POSTAL_ADDRESS_MISSING', { param: 'postalAddress' });
    const id = `rdr_${randomUUID().replaceAll('-', '')}`;
    const reader: AccountReader = {
      ...{ id, model, status: 'applied', postalAddress, appliedAt: new Date().toISOString() },
      ...(replacesReaderId ? { replacesReaderId } : {}),
    };
    this.#applications.set(key, reader);
    this.readers.push(reader);
    if (replacesReaderId) this.change(replacesReaderId, { replacedByReaderId: id });
    return reader;
  }

  #bind(text: string, terminalId: string): AccountReader {
    const serialNumber = text.replaceAll(/[\s-]/g, '').toUpperCase();
    const reader = this.readers.find((each) => each.serialNumber === serialNumber);
    if (!reader) throw new Refusal(404, 'ACCOUNTS.READER_NOT_FOUND');
    if (reader.status === 'lost') throw new Refusal(403, 'ACCOUNTS.READER_LOST');
    return this.change(reader.id, { status: 'bound', terminalId, boundAt: new Date().toISOString() });
  }

  #move(id: string, move: string): AccountReader {
    const { status } = this.reader(id);
    const allowed = move === 'cancel' ? status === 'applied' : status === 'shipped' || status === 'bound';
    if (!allowed) throw new Refusal(409, 'ACCOUNTS.READER_STATE', { facts: { status } });
    if (move === 'cancel') return this.change(id, { status: 'canceled' });
    return this.change(id, { status: 'lost', lostAt: new Date().toISOString() });
  }

  reader(id: string): AccountReader {
    const reader = this.readers.find((each) => each.id === id);
    if (!reader) throw new Refusal(404, 'ACCOUNTS.READER_NOT_FOUND');
    return reader;
  }

  change(id: string, more: Partial<AccountReader>): AccountReader {
    const changed = { ...this.reader(id), ...more };
    this.readers = this.readers.map((each) => (each.id === id ? changed : each));
    return changed;
  }
}
