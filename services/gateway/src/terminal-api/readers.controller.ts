import { Body, Controller, Get, Inject, Param, Post, UseGuards } from '@nestjs/common';
import { Peers } from '../grpc/peers.js';
import { Described } from '../http/described.js';
import { IdempotencyKey } from '../http/idempotency-key.js';
import { Shape } from '../http/shape.pipe.js';
import type { TerminalSession } from './access-tokens.js';
import {
  boundReader,
  newReader,
  type NewReader,
  readerList,
  type ReaderList,
  readerPath,
  readerView,
  type ReaderView,
  toReaderView,
} from './reader.schema.js';
import { EnrolledGuard, type EnrolledSession, SessionGuard, TheSession } from './session.guard.js';

/** Readers of the own account; accounts itself keeps others out. */
@Controller('v1/readers')
export class ReadersController {
  constructor(@Inject(Peers) private readonly peers: Peers) {}

  @Get()
  @UseGuards(SessionGuard)
  @Described({ summary: 'List the readers of the own account, newest first', by: 'terminal', answer: readerList })
  async list(@TheSession() { accountId }: TerminalSession): Promise<ReaderList> {
    const { readers } = await this.peers.accounts.listReaders({ accountId });
    return { readers: readers.map(toReaderView) };
  }

  @Post()
  @UseGuards(SessionGuard)
  @Described({
    summary: 'Apply for a reader, or for another one in place of a lost one',
    by: 'terminal',
    status: 201,
    answer: readerView,
    headers: ['Idempotency-Key'],
    refusals: ['ACCOUNTS.POSTAL_ADDRESS_MISSING', 'ACCOUNTS.READER_STATE', 'ACCOUNTS.IDEMPOTENCY_KEY_REUSED'],
  })
  async apply(
    @TheSession() { accountId }: TerminalSession,
    @IdempotencyKey() idempotencyKey: string,
    @Body(new Shape(newReader)) { model, postalAddress, replacesReaderId = '' }: NewReader,
  ): Promise<ReaderView> {
    const application = { accountId, model, postalAddress, replacesReaderId, idempotencyKey };
    return toReaderView(await this.peers.accounts.applyForReader(application));
  }

  @Post('bind')
  @UseGuards(EnrolledGuard)
  @Described({
    summary: 'Bind a shipped reader at its first use, or move it to this terminal',
    by: 'terminal',
    answer: readerView,
    refusals: ['ACCOUNTS.READER_LOST', 'ACCOUNTS.READER_FOREIGN', 'ACCOUNTS.READER_NOT_FOUND'],
  })
  async bind(
    @TheSession() { accountId, terminalId }: EnrolledSession,
    @Body(new Shape(boundReader)) { serialNumber }: { serialNumber: string },
  ): Promise<ReaderView> {
    return toReaderView(await this.peers.accounts.bindReader({ accountId, terminalId, serialNumber }));
  }

  @Post(':id/cancel')
  @UseGuards(SessionGuard)
  @Described({
    summary: 'Cancel an application that was not shipped yet',
    by: 'terminal',
    answer: readerView,
    refusals: ['ACCOUNTS.READER_NOT_FOUND', 'ACCOUNTS.READER_STATE'],
  })
  async cancel(
    @TheSession() { accountId }: TerminalSession,
    @Param(new Shape(readerPath)) { id }: { id: string },
  ): Promise<ReaderView> {
    return toReaderView(await this.peers.accounts.cancelReaderApplication({ accountId, readerId: id }));
  }

  @Post(':id/lost')
  @UseGuards(SessionGuard)
  @Described({
    summary: 'Report a reader lost, for good: nothing that it reads is used any more',
    by: 'terminal',
    answer: readerView,
    refusals: ['ACCOUNTS.READER_NOT_FOUND', 'ACCOUNTS.READER_STATE'],
  })
  async reportLost(
    @TheSession() { accountId }: TerminalSession,
    @Param(new Shape(readerPath)) { id }: { id: string },
  ): Promise<ReaderView> {
    return toReaderView(await this.peers.accounts.reportReaderLost({ accountId, readerId: id }));
  }
}
