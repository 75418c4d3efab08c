import type { Balances } from './ports.js';

/**
 * Assets less liabilities of all balances, by currency, in minor units: zero where debits equal credits. A batch that
 * is being applied shows for a moment; what stays is a broken promise.
 */
export class MeasureImbalance {
  constructor(private readonly balances: Balances) {}

  async execute(): Promise<ReadonlyMap<string, bigint>> {
    const imbalances = new Map<string, bigint>();
    for (const { currency, type, postedMinor } of await this.balances.totals()) {
      const signed = type === 'asset' ? postedMinor : -postedMinor;
      imbalances.set(currency, (imbalances.get(currency) ?? 0n) + signed);
    }
    return imbalances;
  }
}
