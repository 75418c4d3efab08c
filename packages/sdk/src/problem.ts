/** The API's refusal (RFC 9457). Switch on `code`; show `detail` to developers only. */
export class OpenswipeProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly param: string | undefined,
    readonly requestId: string | undefined,
  ) {
    super(detail);
    this.name = 'OpenswipeProblem';
  }

  /** True where the same request, with the same idempotency key, may succeed later. */
  get retriable(): boolean {
    return this.status === 429 || this.status >= 500;
  }

  static async from(response: Response): Promise<OpenswipeProblem> {
    const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    const text = (name: string): string | undefined => (typeof body[name] === 'string' ? body[name] : undefined);
    const code = text('code') ?? 'SDK.UNEXPECTED_ANSWER';
    const detail = text('detail') ?? text('title') ?? `HTTP ${response.status}`;
    return new OpenswipeProblem(response.status, code, detail, text('param'), text('requestId'));
  }
}
