import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../command.mjs';

/** What the chart reads. */
export const TOPICS_FILE = join(ROOT, 'charts', 'openswipe', 'files', 'topics.json');

/**
 * @typedef {object} ChartTopic
 * @property {string} name
 * @property {number} partitionCount
 * @property {number} retentionMs
 * @property {number} segmentMs
 * @property {string[]} writers services
 * @property {string[]} readers services
 */

/**
 * The topics as services themselves would make them (packages/service-kit/src/kafka), and who writes and reads each.
 * @param {typeof import('@openswipe/contracts')} contracts
 * @returns {ChartTopic[]}
 */
export const chartTopics = ({ TOPICS, deadLetterRetentionMsOf, deadLetterTopicOf, segmentMsOf }) => {
  const topics = /** @type {import('@openswipe/contracts').Topic<unknown>[]} */ (Object.values(TOPICS));
  const shaped = (/** @type {Omit<ChartTopic, 'segmentMs'>} */ topic) => ({
    ...topic,
    segmentMs: segmentMsOf(topic.retentionMs),
  });
  return topics.flatMap(({ name, partitionCount, retentionMs, producer, consumers, broadcastTo }) => [
    shaped({ name, partitionCount, retentionMs, writers: [producer], readers: [...consumers, ...broadcastTo] }),
    ...consumers.map((group) =>
      shaped({
        name: deadLetterTopicOf(name, group),
        partitionCount: 1,
        retentionMs: deadLetterRetentionMsOf({ retentionMs }),
        writers: [group],
        readers: [],
      }),
    ),
  ]);
};

/** As the formatter wants it: lists of names on one line. @param {ChartTopic[]} topics */
export const toText = (topics) =>
  `${JSON.stringify(topics, null, 2).replace(/\[\s+("[^\]]+")\s+\]/g, (_, names) => `[${names.replace(/\s+/g, ' ')}]`)}\n`;

/** `node tools/cluster/topics.mjs` writes the file; with --check it only says whether it is current. */
const main = async () => {
  const text = toText(chartTopics(await import('@openswipe/contracts')));
  if (!process.argv.includes('--check')) return writeFileSync(TOPICS_FILE, text);
  if (readFileSync(TOPICS_FILE, 'utf8') === text) return;
  console.error(`${TOPICS_FILE} does not match packages/contracts: run node tools/cluster/topics.mjs.`);
  process.exitCode = 1;
};

if (import.meta.main) await main();
