import type { AesEngine } from '@openswipe/card';
import type { KeyStore } from '@openswipe/card/host';
import { TOPICS } from '@openswipe/contracts';
import type { Consumers } from '@openswipe/service-kit';
import type { AssessTransactions } from '../application/assess-transactions.js';
import { openCardData } from './sealed-card-data.js';
import { toRequest } from './transaction-verified.mapper.js';

/** One batch of verified transactions → one run of the use case. */
export class TransactionVerifiedConsumer {
  constructor(consumers: Consumers, assess: AssessTransactions, aes: AesEngine, keys: KeyStore) {
    consumers.on(TOPICS.transactionVerified, (batch) =>
      assess.execute(
        batch.map((record) => ({
          request: toRequest(record),
          openCard: () => openCardData(aes, keys, record.value),
        })),
      ),
    );
  }
}
