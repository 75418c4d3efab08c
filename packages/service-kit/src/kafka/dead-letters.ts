import { deadLetterTopicOf } from '@openswipe/contracts';
import { describeError } from '../faults.js';
import type { Logger } from '../logging/logger.js';
import { deadLetters } from '../metrics/instruments.js';
import type { RawRecord } from './consumers.js';
import type { Publisher } from './publisher.js';

/** Puts a record that its group cannot handle aside, with the reason, so that its partition goes on. */
export class DeadLetters {
  constructor(
    private readonly publisher: Publisher,
    private readonly group: string,
    private readonly logger: Logger,
  ) {}

  async bury(record: RawRecord, error: unknown): Promise<void> {
    const origin = `${record.topic}/${record.partition}/${record.offset}`;
    this.logger.error({ origin, key: record.key, error: describeError(error) }, 'record goes to the dead-letter topic');
    await this.publisher.publish([
      {
        topic: deadLetterTopicOf(record.topic, this.group),
        key: record.key,
        value: record.bytes,
        headers: {
          ...record.headers,
          'dead-letter-origin': origin,
          'dead-letter-reason': describeError(error).slice(0, 500),
        },
      },
    ]);
    deadLetters.inc({ topic: record.topic });
  }
}
