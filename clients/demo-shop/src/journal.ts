import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Purchase {
  readonly orderId: string;
  readonly status: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly names: string;
}

/** The shop's own memory: one JSON line per fact, appended before anything is acknowledged. Later lines win. */
export class Journal {
  readonly #purchases = new Map<string, Purchase>();
  readonly #webhookIds = new Set<string>();
  readonly #file: string;

  constructor(private readonly dataDir: string) {
    this.#file = join(dataDir, 'purchases.jsonl');
  }

  async open(): Promise<this> {
    await mkdir(this.dataDir, { recursive: true });
    const text = await readFile(this.#file, 'utf8').catch(() => '');
    // A crash may have cut the last line: what was not written whole was not acknowledged either.
    for (const line of text.split('\n').slice(0, -1)) this.#apply(JSON.parse(line));
    return this;
  }

  /** Returns false when this webhook was already recorded. */
  async record(purchase: Purchase, webhookId?: string): Promise<boolean> {
    if (webhookId !== undefined && this.#webhookIds.has(webhookId)) return false;
    await appendFile(this.#file, `${JSON.stringify({ purchase, webhookId })}\n`, { flush: true });
    this.#apply({ purchase, webhookId });
    return true;
  }

  /** Newest first. */
  purchases(): readonly Purchase[] {
    return [...this.#purchases.values()].reverse();
  }

  find(orderId: string): Purchase | undefined {
    return this.#purchases.get(orderId);
  }

  #apply({ purchase, webhookId }: { purchase: Purchase; webhookId?: string | undefined }): void {
    this.#purchases.set(purchase.orderId, purchase);
    if (webhookId !== undefined) this.#webhookIds.add(webhookId);
  }
}
