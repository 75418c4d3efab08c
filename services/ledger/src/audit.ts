import type { Connection } from 'mongoose';
import { verifyLedger, type LedgerReport } from './application/verify-ledger.js';
import { openReaders } from './mongo/ledger-readers.js';

export type { LedgerReport } from './application/verify-ledger.js';

/** Checks the ledger in this database, at rest or at work. An empty list of problems: it is right. */
export const auditLedger = async (connection: Connection): Promise<LedgerReport> =>
  verifyLedger(await openReaders(connection));
