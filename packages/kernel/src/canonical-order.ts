/**
 * What a person agrees to when confirming an order. The SHA-256 of its canonical form is the order digest: it goes into
 * the indication signal, the signature and the envelope's associated data, so a changed amount or merchant is seen.
 * Amounts are decimal strings of minor units.
 */
export interface OrderTerms {
  readonly orderId: string;
  readonly kind: 'pay' | 'collect';
  readonly payeeId: string;
  readonly payeeName: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly lines: readonly OrderLine[];
  /** Trade terms, e.g. delivery or return policy; free text shown to the shopper [0026]. */
  readonly terms: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface OrderLine {
  readonly name: string;
  readonly quantity: number;
  readonly unitAmountMinor: string;
  /** Product facts such as type, colour, net weight [0026]. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Canonical JSON (RFC 8785 for the strings, integers, arrays and objects used here), UTF-8. */
export function canonicalOrder(terms: OrderTerms): Uint8Array<ArrayBuffer> {
  const only: OrderTerms = {
    orderId: terms.orderId,
    kind: terms.kind,
    payeeId: terms.payeeId,
    payeeName: terms.payeeName,
    amountMinor: terms.amountMinor,
    currency: terms.currency,
    lines: terms.lines.map(({ name, quantity, unitAmountMinor, attributes }) => ({
      name,
      quantity,
      unitAmountMinor,
      attributes,
    })),
    terms: terms.terms,
    createdAt: terms.createdAt,
  };
  return new TextEncoder().encode(canonicalJson(only));
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
