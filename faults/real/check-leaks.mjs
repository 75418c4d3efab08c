import { TEST_CARDS, testTrack2 } from '@openswipe/card/test-cards';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every form in which a value may slip out. @param {string} value */
const formsOf = (value) => {
  const bytes = Buffer.from(value);
  const packed = Buffer.from(value.length % 2 === 0 ? value : `${value}f`, 'hex').toString('latin1');
  return [
    value,
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    ...(packed.length > 4 ? [packed] : []),
  ];
};

const CANARIES = TEST_CARDS.flatMap((card) => [card.pan, testTrack2(card).slice(1, -1).slice(card.pan.length)])
  .filter((value) => value.length >= 12)
  .flatMap(formsOf);

/** @param {Buffer | null} bytes */
const leaks = (bytes) => {
  const text = bytes?.toString('latin1') ?? '';
  return CANARIES.some((canary) => text.includes(canary));
};

/** @param {string} folder @returns {string[]} */
const filesBelow = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());

/**
 * I9: no test PAN or track in clear in any log, mail, record, dead letter or document.
 * @param {import('./store.mjs').Store} store @param {import('./checker.mjs').Seen} seen @param {string[]} folders
 * @returns {Promise<string[]>}
 */
export const leakProblems = async (store, { records }, folders) => {
  const problems = folders.flatMap(filesBelow).filter((file) => leaks(readFileSync(file)));
  for (const { topic, partition, offset, key, value, headers } of records) {
    if ([key, value, Buffer.from(JSON.stringify(headers))].some(leaks))
      problems.push(`${topic}/${partition}/${offset}`);
  }
  for (const service of store.stores) {
    const db = store.database(service);
    for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
      for await (const raw of db.collection(name).find({}, { raw: true })) {
        if (leaks(/** @type {any} */ (raw))) problems.push(`a document of ${service}.${name}`);
      }
    }
  }
  return problems.map((place) => `card data in clear in ${place}`);
};
