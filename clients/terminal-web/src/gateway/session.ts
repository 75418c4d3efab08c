/** A logged-in account on this device. The refresh token is in a cookie that no script can read. */
export interface Session {
  readonly accountId: string;
  /** Null until the terminal is enrolled. */
  readonly terminalId: string | null;
  readonly accessToken: string;
  /** ISO 8601. */
  readonly accessTokenExpiresAt: string;
}

/** Where a reader is shipped to [0064]. */
export interface PostalAddress {
  readonly recipient: string;
  readonly addressLines: readonly string[];
  readonly city: string;
  readonly postalCode: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

export interface Registration {
  /** Receives the bills and is the account name [0058]. */
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
  readonly mobile?: string;
  /** Designated to receive money [0060]. */
  readonly bankAccount?: { readonly bankCode: string; readonly accountNumber: string; readonly holder: string };
  readonly postalAddress?: PostalAddress;
  readonly locale?: string;
}

export interface Account {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  /** E.164: the bound number, or the first one, which waits for its code. */
  readonly mobile?: string;
  readonly mobileConfirmed?: boolean;
  readonly postalAddress?: PostalAddress;
}

export interface EnrolledTerminal {
  readonly id: string;
  readonly name: string;
  readonly enrolledAt?: string;
  readonly lastSeenAt?: string;
  readonly revoked?: boolean;
}

/** An initial DUKPT key, RSA-OAEP (SHA-256) to the terminal's public key. */
export interface EncipheredInitialKey {
  /** 16 hexadecimal digits. */
  readonly initialKeyId: string;
  /** Base64. */
  readonly encryptedKey: string;
  /** First 5 bytes of the CMAC of a zero block, hexadecimal. */
  readonly keyCheckValue: string;
}

export interface Enrolment {
  readonly terminalId: string;
  /** PEM. */
  readonly certificate: string;
  readonly caCertificate: string;
  readonly dataKey: EncipheredInitialKey;
  readonly pinKey: EncipheredInitialKey;
  readonly accessToken: string;
  readonly accessTokenExpiresAt: string;
}
