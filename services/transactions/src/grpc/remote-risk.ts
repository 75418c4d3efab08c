import { RiskClient } from '@openswipe/contracts';
import { RemoteService } from '@openswipe/service-kit';
import type { Risk } from '../application/ports.js';

export class RemoteRisk implements Risk {
  readonly #remote: RemoteService<RiskClient>;

  constructor(address: string) {
    this.#remote = new RemoteService(RiskClient, address);
  }

  async resolveAuthorization(transactionId: string, giveUp: boolean): Promise<boolean> {
    return (await this.#remote.call.resolveAuthorization({ transactionId, giveUp })).resolved;
  }

  onModuleDestroy(): void {
    this.#remote.close();
  }
}
