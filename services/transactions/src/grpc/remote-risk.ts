import { RiskClient } from '@openswipe/contracts';
import { DomainError } from '@openswipe/kernel';
import { RemoteService } from '@openswipe/service-kit';
import type { Risk } from '../application/ports.js';

export class RemoteRisk implements Risk {
  readonly #remote: RemoteService<RiskClient>;

  constructor(address: string) {
    this.#remote = new RemoteService(RiskClient, address);
  }

  async resolveAuthorization(transactionId: string, giveUp: boolean): Promise<'known' | 'open' | 'abandoned'> {
    try {
      return (await this.#remote.call.resolveAuthorization({ transactionId, giveUp })).resolved ? 'known' : 'open';
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'RISK.ASSESSMENT_UNKNOWN') throw error;
      return giveUp ? 'abandoned' : 'open';
    }
  }

  onModuleDestroy(): void {
    this.#remote.close();
  }
}
