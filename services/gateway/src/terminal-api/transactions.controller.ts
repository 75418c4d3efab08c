import { Body, Controller, Get, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import { TOPICS } from '@openswipe/contracts';
import type { Clock } from '@openswipe/kernel';
import { CLOCK, Publisher, toRecord } from '@openswipe/service-kit';
import type { FastifyRequest } from 'fastify';
import { Peers } from '../grpc/peers.js';
import { Described } from '../http/described.js';
import { Shape } from '../http/shape.pipe.js';
import { EnrolledGuard, type EnrolledSession, TheSession } from './session.guard.js';
import { type Submission, submission, toEnvelope, transactionIdOf } from './submission.js';
import {
  acceptedView,
  toTransactionView,
  transactionPath,
  type TransactionView,
  transactionView,
} from './transaction.view.js';

@Controller('v1/transactions')
@UseGuards(EnrolledGuard)
export class TransactionsController {
  constructor(
    @Inject(Peers) private readonly peers: Peers,
    @Inject(Publisher) private readonly publisher: Publisher,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Answers only after the brokers have the record: what is acknowledged is never lost (DESIGN §4). */
  @Post()
  @Described({
    summary: 'Submit transaction data; the same bytes are the same transaction',
    by: 'terminal',
    status: 202,
    answer: acceptedView,
    refusals: ['CARD.SUITE_UNKNOWN', 'GATEWAY.CIPHERTEXT_TOO_LARGE'],
  })
  async submit(
    @TheSession() { accountId, terminalId }: EnrolledSession,
    @Body(new Shape(submission)) body: Submission,
    @Req() request: FastifyRequest,
  ): Promise<{ transactionId: string }> {
    const { orderId } = body;
    const envelope = toEnvelope(body);
    const transactionId = transactionIdOf(terminalId, orderId, envelope);
    const submittedAt = this.clock.now();
    const message = { transactionId, orderId, accountId, terminalId, envelope, submittedAt };
    const context = {
      correlationId: orderId,
      causationId: request.id,
      occurredAt: submittedAt,
      eventId: `${transactionId}:submitted`,
    };
    await this.publisher.publish([toRecord(TOPICS.transactionSubmitted, orderId, message, context)]);
    return { transactionId };
  }

  @Get(':id')
  @Described({
    summary: 'Read a transaction; not found until the platform has taken it in',
    by: 'terminal',
    answer: transactionView,
    refusals: ['TRANSACTIONS.NOT_FOUND'],
  })
  async get(
    @TheSession() { accountId }: EnrolledSession,
    @Param(new Shape(transactionPath)) { id }: { id: string },
  ): Promise<TransactionView> {
    return toTransactionView(await this.peers.transactions.getTransaction({ transactionId: id, accountId }));
  }
}
