import type { JournalEntry } from '../domain/journal-entry.js';
import type { Journal } from './ports.js';

export class ListEntries {
  constructor(private readonly journal: Journal) {}

  /** What moved because of the order, oldest first. */
  async execute(orderId: string): Promise<readonly JournalEntry[]> {
    return orderId === '' ? [] : this.journal.listOfOrder(orderId);
  }
}
