import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SCRATCH } from '../tools/command.mjs';
import { startInfra } from '../tools/infra/index.mjs';

/** A data directory that is gone afterwards. @template T @param {(dataDir: string) => Promise<T>} work */
export const withFolder = async (work) => {
  mkdirSync(SCRATCH, { recursive: true });
  const dataDir = mkdtempSync(join(SCRATCH, 'bench-'));
  try {
    return await work(dataDir);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
};

/**
 * Runs work on a fresh broker and database of its own (or on those that KAFKA_BROKERS and MONGO_URL name).
 * @template T
 * @param {(infra: import('../tools/infra/index.mjs').Infra & { dataDir: string }) => Promise<T>} work
 * @returns {Promise<T>}
 */
export const withInfra = (work) =>
  withFolder(async (dataDir) => {
    const infra = await startInfra({ dataDir, onProblem: ({ message }) => console.error(message) });
    try {
      return await work({ ...infra, dataDir });
    } finally {
      await infra.stop();
    }
  });
