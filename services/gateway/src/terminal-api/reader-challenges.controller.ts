import { Body, Controller, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { OrderStatus, type Order } from '@openswipe/contracts';
import type { Clock } from '@openswipe/kernel';
import { CLOCK } from '@openswipe/service-kit';
import { z } from 'zod';
import { Peers } from '../grpc/peers.js';
import { Described } from '../http/described.js';
import { refusals } from '../http/gateway-errors.js';
import { Shape } from '../http/shape.pipe.js';
import { orderPath } from '../merchant-api/new-order.schema.js';
import { EnrolledGuard, type EnrolledSession, TheSession } from './session.guard.js';

const digits = (count: number) =>
  z.string().regex(new RegExp(`^[0-9a-fA-F]{${count}}$`), `must be ${count} hex digits`);
const readerChallenge = z.strictObject({
  ksn: digits(20).describe('key serial number of the reader'),
  challenge: digits(16).describe('as the reader enciphered it'),
});
const readerReply = z.object({ reply: z.string().describe('32 hexadecimal digits for the reader') });

/** For readers that read no card before the platform has proved that it knows their key. */
@Controller('v1/terminal/orders/:id/reader-challenges')
@UseGuards(EnrolledGuard)
export class ReaderChallengesController {
  constructor(
    @Inject(Peers) private readonly peers: Peers,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @Described({
    summary: 'Answer the challenge of a reader, for an order that this terminal holds',
    by: 'terminal',
    answer: readerReply,
    refusals: [
      'ORDERS.NOT_CLAIMED',
      'TRANSACTIONS.READER_KEYS_MISSING',
      'ACCOUNTS.READER_LOST',
      'ACCOUNTS.READER_FOREIGN',
    ],
  })
  async answer(
    @TheSession() { accountId, terminalId }: EnrolledSession,
    @Param(new Shape(orderPath)) { id }: { id: string },
    @Body(new Shape(readerChallenge)) { ksn, challenge }: z.infer<typeof readerChallenge>,
  ): Promise<z.infer<typeof readerReply>> {
    const asker = { $case: 'accountId', accountId } as const;
    const order = await this.peers.orders.getOrder({ orderId: id, asker });
    const heldMs = this.#heldMs(order, terminalId);
    if (heldMs <= 0) throw refusals.orderNotClaimed();
    const { reply } = await this.peers.transactions.answerReaderChallenge({
      accountId,
      orderDigest: order.digest,
      seconds: Math.ceil(heldMs / 1_000),
      ksn,
      challenge,
    });
    return { reply: reply.toString('hex') };
  }

  /** How long the terminal still holds the order; the order itself learns that a claim ran out somewhat later. */
  #heldMs({ status, claim }: Order, terminalId: string): number {
    if (status !== OrderStatus.ORDER_STATUS_CLAIMED || claim?.terminalId !== terminalId) return 0;
    return (claim.expiresAt?.getTime() ?? 0) - this.clock.now().getTime();
  }
}
