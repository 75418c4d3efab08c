import type { InitialKey as InitialKeyMessage, RiskClient, TransactionsClient } from '@openswipe/contracts';
import type { RemoteService } from '@openswipe/service-kit';
import type { InitialKey, KeyIssuers } from '../application/ports.js';

/** `transactions` owns the data BDK, `risk` the PIN BDK; each enciphers its own initial key to the terminal. */
export class RemoteKeyIssuers implements KeyIssuers {
  constructor(
    private readonly transactions: RemoteService<TransactionsClient>,
    private readonly risk: RemoteService<RiskClient>,
  ) {}

  async issue(request: Parameters<KeyIssuers['issue']>[0]): Promise<{ dataKey: InitialKey; pinKey: InitialKey }> {
    const [dataKey, pinKey] = await Promise.all([
      this.transactions.call.issueInitialKey(request),
      this.risk.call.issueInitialKey(request),
    ]);
    return { dataKey: toInitialKey(dataKey), pinKey: toInitialKey(pinKey) };
  }

  close(): void {
    this.transactions.close();
    this.risk.close();
  }
}

const toInitialKey = ({ initialKeyId, encryptedKey, keyCheckValue }: InitialKeyMessage): InitialKey => ({
  initialKeyId,
  encryptedKey,
  keyCheckValue,
});
