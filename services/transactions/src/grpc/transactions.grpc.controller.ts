import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  AnswerReaderChallengeRequest,
  AnswerReaderChallengeResponse,
  GetTransactionRequest,
  InitialKey,
  IssueInitialKeyRequest,
  Transaction,
} from '@openswipe/contracts';
import { AnswerReaderChallenge } from '../application/answer-reader-challenge.js';
import { GetTransaction } from '../application/get-transaction.js';
import { IssueInitialKey } from '../application/issue-initial-key.js';
import { toTransactionMessage } from '../wire/transaction.mapper.js';

@Controller()
export class TransactionsGrpcController {
  constructor(
    @Inject(GetTransaction) private readonly get: GetTransaction,
    @Inject(IssueInitialKey) private readonly issue: IssueInitialKey,
    @Inject(AnswerReaderChallenge) private readonly answer: AnswerReaderChallenge,
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

  @GrpcMethod('Transactions', 'answerReaderChallenge')
  async answerReaderChallenge(request: AnswerReaderChallengeRequest): Promise<AnswerReaderChallengeResponse> {
    const { accountId, ksn, challenge, ...forOrder } = request;
    return { reply: Buffer.from(await this.answer.execute(accountId, forOrder, { ksn, challenge })) };
  }
}
