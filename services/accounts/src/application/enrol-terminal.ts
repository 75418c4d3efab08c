import { type Clock, newId } from '@openswipe/kernel';
import { refusal } from '../domain/accounts-errors.js';
import { TERMINAL_COUNT_MAX, TERMINAL_NAME_LENGTH_MAX, type Terminal } from '../domain/terminal.js';
import { parseText } from '../domain/text-field.js';
import type { OpenSession, Session } from './open-session.js';
import type { CertificateAuthority, InitialKey, KeyIssuers, Random, SessionFamilies, Terminals } from './ports.js';

export interface Enrolment {
  readonly accountId: string;
  readonly name: string;
  /** PKCS#10, PEM. */
  readonly certificateRequest: string;
  readonly sessionFamilyId: string;
}

export interface EnrolledTerminal {
  readonly terminal: Terminal;
  readonly caCertificate: string;
  readonly dataKey: InitialKey;
  readonly pinKey: InitialKey;
  readonly session: Session;
}

/** Makes a page or phone a terminal of the account: certificate, two initial DUKPT keys, session bound to it. */
export class EnrolTerminal {
  constructor(
    private readonly terminals: Terminals,
    private readonly families: SessionFamilies,
    private readonly authority: CertificateAuthority,
    private readonly keyIssuers: KeyIssuers,
    private readonly openSession: OpenSession,
    private readonly random: Random,
    private readonly clock: Clock,
  ) {}

  /**
   * Throws `ACCOUNTS.FIELD_INVALID`, `ACCOUNTS.SESSION_REVOKED`, `ACCOUNTS.TOO_MANY_TERMINALS`,
   * `ACCOUNTS.CERTIFICATE_REQUEST_INVALID`.
   */
  async execute({ accountId, name, certificateRequest, sessionFamilyId }: Enrolment): Promise<EnrolledTerminal> {
    const shownName = parseText('name', name, TERMINAL_NAME_LENGTH_MAX);
    const family = await this.families.find(sessionFamilyId);
    if (!family || family.revoked || family.accountId !== accountId) throw refusal.sessionRevoked();
    if ((await this.terminals.countEnrolled(accountId)) >= TERMINAL_COUNT_MAX) {
      throw refusal.tooManyTerminals(TERMINAL_COUNT_MAX);
    }
    const now = this.clock.now();
    const id = newId('terminal');
    const { certificate, publicKey } = this.authority.certify(certificateRequest, id, now);
    const terminal = await this.#reserve({
      id,
      accountId,
      name: shownName,
      state: 'enrolling',
      certificate,
      enrolledAt: now,
      lastSeenAt: now,
    });
    const derivationId = Buffer.from(terminal.derivationId, 'hex');
    const keys = await this.keyIssuers.issue({ terminalId: id, derivationId, publicKey });
    await this.terminals.confirm(id);
    const session = await this.openSession.execute(accountId, id);
    // The log-in's own session has become the terminal's: its old refresh token must not live on beside it.
    await this.families.revoke(sessionFamilyId);
    return { terminal, caCertificate: this.authority.certificate, ...keys, session };
  }

  /** Random ids, first come: no counter to keep, and the store refuses the rare double. */
  async #reserve(terminal: Omit<Terminal, 'derivationId'>): Promise<Terminal> {
    for (;;) {
      const reserved = { ...terminal, derivationId: this.random.bytes(4).toString('hex') };
      if (await this.terminals.insert(reserved)) return reserved;
    }
  }
}
