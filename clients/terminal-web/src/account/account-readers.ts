import { signal } from '@preact/signals';
import type { AccountApi, AccountReader, ReaderApplication } from '../gateway/account-api.js';
import { codeOf } from '../gateway/problem.js';

export type ReaderNews = 'applied' | 'canceled' | 'lostDone' | 'bindDone';

/** The readers of the account as a page shows them: newest first, each as the platform answered last. */
export class AccountReaders {
  readonly list = signal<readonly AccountReader[] | undefined>(undefined);
  readonly failure = signal<string | undefined>(undefined);
  /** What was done last, to be said. */
  readonly news = signal<ReaderNews | undefined>(undefined);
  readonly loadedAt = signal<string | undefined>(undefined);

  constructor(private readonly api: AccountApi) {}

  async load(): Promise<void> {
    await this.#tell(async () => {
      const readers = await this.api.readers();
      this.list.value = readers.toSorted((a, b) => b.appliedAt.localeCompare(a.appliedAt));
      this.loadedAt.value = new Date().toISOString();
    });
  }

  /** Throws what the platform refuses, for the form to say. */
  async apply(application: ReaderApplication, idempotencyKey: string): Promise<void> {
    await this.api.applyForReader(application, idempotencyKey);
    await this.#done('applied');
  }

  /** Throws what the platform refuses, for the form to say. */
  async bind(serialNumber: string): Promise<void> {
    await this.api.bindReader(serialNumber);
    await this.#done('bindDone');
  }

  async cancel(readerId: string): Promise<void> {
    await this.#change(() => this.api.cancelReader(readerId), 'canceled');
  }

  async reportLost(readerId: string): Promise<void> {
    await this.#change(() => this.api.reportReaderLost(readerId), 'lostDone');
  }

  async #change(call: () => Promise<unknown>, news: ReaderNews): Promise<void> {
    await this.#tell(async () => {
      await call();
      await this.#done(news);
    });
  }

  async #done(news: ReaderNews): Promise<void> {
    await this.load();
    this.news.value = news;
  }

  async #tell(work: () => Promise<void>): Promise<void> {
    this.news.value = undefined;
    try {
      await work();
      this.failure.value = undefined;
    } catch (error) {
      this.failure.value = codeOf(error);
    }
  }
}
