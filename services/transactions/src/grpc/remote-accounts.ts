import { AccountsClient } from '@openswipe/contracts';
import { RemoteService } from '@openswipe/service-kit';
import type { Accounts, BiometricCheck } from '../application/ports.js';

export class RemoteAccounts implements Accounts {
  readonly #remote: RemoteService<AccountsClient>;

  constructor(address: string) {
    this.#remote = new RemoteService(AccountsClient, address);
  }

  async checkReader(accountId: string, initialKeyId: string): Promise<string> {
    return (await this.#remote.call.checkReader({ accountId, initialKeyId })).reasonCode;
  }

  async verifyBiometric({ accountId, terminalId, challenge, assertion }: BiometricCheck): Promise<string> {
    const request = { accountId, terminalId, challenge: Buffer.from(challenge), assertionJson: assertion };
    return (await this.#remote.call.verifyBiometric(request)).reasonCode;
  }

  onModuleDestroy(): void {
    this.#remote.close();
  }
}
