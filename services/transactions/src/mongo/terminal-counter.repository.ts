import { ensureCollection, insertFirst } from '@openswipe/service-kit';
import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import { z } from 'zod';
import type { TerminalCounterStore } from '../application/ports.js';
import type { TerminalCounter } from '../domain/terminal-counter.js';
import { moveCounters, replayCounterDocument } from './guarded-counters.js';

const terminalCounterDocument = replayCounterDocument.extend({ terminalId: z.string() });

type TerminalCounterDocument = z.infer<typeof terminalCounterDocument>;

export class TerminalCounterRepository implements TerminalCounterStore {
  private constructor(private readonly collection: Collection<TerminalCounterDocument>) {}

  static async open(connection: Connection): Promise<TerminalCounterRepository> {
    return new TerminalCounterRepository(await ensureCollection(connection, 'terminalCounters'));
  }

  insert({ initialKeyId, terminalId, counter, recent }: TerminalCounter): Promise<boolean> {
    return insertFirst(this.collection, [{ _id: initialKeyId, terminalId, counter, recent: [...recent] }]);
  }

  async load(initialKeyIds: readonly string[]): Promise<readonly TerminalCounter[]> {
    const found = await this.collection.find({ _id: { $in: [...initialKeyIds] } }).toArray();
    return found.map((document) => {
      const { _id, ...rest } = terminalCounterDocument.parse(document);
      return { initialKeyId: _id, ...rest };
    });
  }

  save(changes: readonly { before: TerminalCounter | undefined; after: TerminalCounter }[]): Promise<boolean> {
    const moves = changes.flatMap(({ before, after }) => (before ? [{ before, after }] : []));
    return moveCounters(this.collection, moves);
  }
}
