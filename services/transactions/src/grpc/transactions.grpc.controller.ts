import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type { GetTransactionRequest, InitialKey, IssueInitialKeyRequest, Transaction } from '@openswipe/contracts';
import { GetTransaction } from '../application/get-transaction.js';
import { IssueInitialKey } from '../application/issue-initial-key.js';
import { toTransactionMessage } from '../wire/transaction.mapper.js';

@Controller()
export class TransactionsGrpcController {
  constructor(
    @Inject(GetTransaction) private readonly get: GetTransaction,
    @Inject(IssueInitialKey) private readonly issue: IssueInitialKey,
  ) {}

  @GrpcMethod('Transactions', 'getTransaction')
  async getTransaction({ transactionId, accountId }: GetTransactionRequest): Promise<Transaction> {
    return toTransactionMessage(await this.get.execute(transactionId, accountId));
  }

  @GrpcMethod('Transactions', 'issueInitialKey')
  async issueInitialKey({ terminalId, derivationId, publicKey }: IssueInitialKeyRequest): Promise<InitialKey> {
    const issued = await this.issue.execute({
      terminalId,
      derivationId: derivationId.toString('hex'),
      publicKeyDer: publicKey,
    });
    return {
      initialKeyId: Buffer.from(issued.initialKeyId, 'hex'),
      encryptedKey: Buffer.from(issued.encryptedKey),
      keyCheckValue: issued.keyCheckValue,
    };
  }
}
