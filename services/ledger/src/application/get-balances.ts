import type { Balance } from '../domain/balance.js';
import type { Balances } from './ports.js';

export class GetBalances {
  constructor(private readonly balances: Balances) {}

  /** What the platform owes the owner, and what is on its way to the bank; a moment behind the journal. */
  async execute(ownerId: string): Promise<readonly Balance[]> {
    return ownerId === '' ? [] : this.balances.listOfOwner(ownerId);
  }
}
