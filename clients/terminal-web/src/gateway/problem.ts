import { TransientFault } from '@openswipe/kernel';

/** A refusal of the gateway, RFC 9457. `code` is stable and has a sentence in each language. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly facts: Readonly<Record<string, string>> = {},
    readonly param?: string,
    readonly requestId?: string,
  ) {
    super(detail);
    this.name = 'Problem';
  }

  /** The same call may succeed later. */
  get isTransient(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408;
  }
}

export const isTransient = (error: unknown): boolean =>
  error instanceof TransientFault || (error instanceof Problem && error.isTransient);

/** The code of a refusal, or that of an unreachable gateway. Any other error is a defect and is thrown on. */
export function codeOf(error: unknown): string {
  if (error instanceof Problem) return error.code;
  if (error instanceof TransientFault) return 'GATEWAY.UNREACHABLE';
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.includes('.')) {
    return error.code;
  }
  throw error;
}

export const factsOf = (error: unknown): Readonly<Record<string, string>> =>
  error instanceof Problem ? error.facts : {};

/** Reads the body of a response that is not ok; a proxy may have answered without a problem document. */
export async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const text = (name: string): string | undefined => (typeof body[name] === 'string' ? body[name] : undefined);
  const fallback = response.status >= 500 ? 'GATEWAY.UNAVAILABLE' : `GATEWAY.HTTP_${response.status}`;
  return new Problem(
    response.status,
    text('code') ?? fallback,
    text('detail') ?? text('title') ?? `HTTP ${response.status}`,
    (body['facts'] ?? {}) as Record<string, string>,
    text('param'),
    text('requestId'),
  );
}
