import type { Terminal } from '../domain/terminal.js';
import type { Terminals } from './ports.js';

/** Terminals of an account, newest first; one whose enrolment never ended is none. */
export class ListTerminals {
  constructor(private readonly terminals: Terminals) {}

  async execute(accountId: string): Promise<readonly Terminal[]> {
    const terminals = await this.terminals.listOf(accountId);
    return terminals.filter(({ state }) => state !== 'enrolling');
  }
}
