import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as contracts from '@openswipe/contracts';
import { SERVICES, hasHelm, ofKind, render } from './rendered-chart.js';
import { TOPICS_FILE, chartTopics, toText } from './topics.mjs';

const topics = chartTopics(contracts);

describe('topics of the chart', () => {
  it('are those of packages/contracts (node tools/cluster/topics.mjs writes them)', () => {
    expect(readFileSync(TOPICS_FILE, 'utf8')).toBe(toText(topics));
  });

  it('keep enciphered card data for an hour at most, in segments that can be dropped in time', () => {
    const withCardData = topics.filter(({ name }) => /^transactions\.transaction-(submitted|verified)/.test(name));
    expect(withCardData).toHaveLength(4);
    for (const { retentionMs, segmentMs } of withCardData) {
      expect(retentionMs).toBeLessThanOrEqual(3_600_000);
      expect(segmentMs).toBeLessThan(retentionMs);
    }
  });
});

(hasHelm ? describe : describe.skip)('Strimzi objects of the chart', () => {
  const strimzi = ['strimzi.enabled=true', 'strimzi.users.enabled=true', 'global.kafka.topicPrefix=test-'];

  it('are made only where a value says so', () => {
    expect(render().filter(({ kind }) => kind.startsWith('Kafka'))).toEqual([]);
  });

  it('make every topic', () => {
    const made = ofKind(hasHelm ? render(strimzi) : [], 'KafkaTopic');
    expect(made.map(({ metadata }) => metadata.name)).toEqual(topics.map(({ name }) => `test-${name}`));
    expect(made[0]?.['spec']).toEqual({
      partitions: 12,
      replicas: 3,
      config: { 'min.insync.replicas': 2, 'retention.ms': 3_600_000, 'segment.ms': 600_000 },
    });
  });

  it.each(SERVICES)('grant %s its own topics and groups and nothing else', (service) => {
    const user = ofKind(render(strimzi), 'KafkaUser').find(({ metadata }) => metadata.name === `test-${service}`);
    const acls: { resource: { type: string; name: string }; operations: string[] }[] =
      user?.['spec'].authorization.acls;
    const granted = (operation: string): string[] =>
      acls
        .filter(({ resource, operations }) => resource.type === 'topic' && operations.includes(operation))
        .map(({ resource }) => resource.name.replace('test-', ''));
    expect(granted('Write')).toEqual(topics.filter(({ writers }) => writers.includes(service)).map(({ name }) => name));
    expect(granted('Read')).toEqual(topics.filter(({ readers }) => readers.includes(service)).map(({ name }) => name));
  });
});
