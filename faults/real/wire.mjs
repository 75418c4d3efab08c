import { TOPICS, deadLetterTopicOf } from '@openswipe/contracts';

/** What the wire format says of the topics: names, who consumes, how a record is read. */
export const ALL = Object.values(TOPICS);

/** @param {string} name */
export const topicOf = (name) => ALL.find((topic) => topic.name === name);

/** Each consumer group with each topic that it commits. */
export const CONSUMPTIONS = ALL.flatMap((topic) => topic.consumers.map((group) => ({ group, topic: topic.name })));

export const DEAD_LETTER_TOPICS = CONSUMPTIONS.map(({ group, topic }) => deadLetterTopicOf(topic, group));

/** Undefined: no record of this topic. @param {import('./store.mjs').Stored} record @returns {any} */
export const decoded = ({ topic, value }) => {
  try {
    return topicOf(topic)?.codec.decode(value ?? Buffer.alloc(0));
  } catch {
    return undefined;
  }
};

/** `topic/partition/offset` @param {import('./store.mjs').Stored} record */
export const placeOf = ({ topic, partition, offset }) => `${topic}/${partition}/${offset}`;
