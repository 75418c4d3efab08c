/** Terminals that an account may have at one time. */
export const TERMINAL_COUNT_MAX = 50;
export const TERMINAL_NAME_LENGTH_MAX = 64;

export const TERMINAL_STATES = ['enrolling', 'enrolled', 'revoked'] as const;

/**
 * A phone or computer page of an account, known by its certificate. It is `enrolling` while its keys are being issued:
 * its derivation id is taken from then on and never given again, since one id means one set of keys.
 */
export interface Terminal {
  readonly id: string;
  readonly accountId: string;
  readonly name: string;
  readonly state: (typeof TERMINAL_STATES)[number];
  /** 4 bytes, hex (ANSI X9.24-3 6.2): unique among all terminals. */
  readonly derivationId: string;
  /** X.509, PEM. */
  readonly certificate: string;
  readonly enrolledAt: Date;
  readonly lastSeenAt: Date;
}
