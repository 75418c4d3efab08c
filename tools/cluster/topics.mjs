import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../command.mjs';

/** What the chart reads. */
export const TOPICS_FILE = join(ROOT, 'charts', 'openswipe', 'files', 'topics.json');

const DEAD_LETTER_RETENTION_MS = 14 * 24 * 3_600_000;
const LONGEST_SEGMENT_MS = 600_000;

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
 * @param {import('@openswipe/contracts').Topic<unknown>[]} topics
 * @param {(topic: string, group: string) => string} deadLetterTopicOf
 * @returns {ChartTopic[]}
 */
export const chartTopics = (topics, deadLetterTopicOf) => {
  const shaped = (/** @type {Omit<ChartTopic, 'segmentMs'>} */ topic) => ({
    ...topic,
    segmentMs: Math.min(topic.retentionMs, LONGEST_SEGMENT_MS),
  });
  return topics.flatMap(({ name, partitionCount, retentionMs, producer, consumers, broadcastTo }) => [
    shaped({ name, partitionCount, retentionMs, writers: [producer], readers: [...consumers, ...broadcastTo] }),
    ...consumers.map((group) =>
      shaped({
        name: deadLetterTopicOf(name, group),
        partitionCount: 1,
        retentionMs: Math.min(retentionMs, DEAD_LETTER_RETENTION_MS),
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
  const { TOPICS, deadLetterTopicOf } = await import('@openswipe/contracts');
  const text = toText(chartTopics(Object.values(TOPICS), deadLetterTopicOf));
  if (!process.argv.includes('--check')) return writeFileSync(TOPICS_FILE, text);
  if (readFileSync(TOPICS_FILE, 'utf8') === text) return;
  console.error(`${TOPICS_FILE} does not match packages/contracts: run node tools/cluster/topics.mjs.`);
  process.exitCode = 1;
};

if (import.meta.main) await main();
