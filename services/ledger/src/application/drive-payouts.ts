import { type Clock, Money } from '@openswipe/kernel';
import { type Balance, balanceKey, type Reservation } from '../domain/balance.js';
import { payoutConfirmedEntry, payoutReturnedEntry, payoutSentEntry } from '../domain/journal-entry.js';
import { parseLedgerAccount } from '../domain/ledger-account.js';
import { movePayout, type Payout, type PayoutStatus } from '../domain/payout.js';
import { everyOne } from './every-one.js';
import type { Balances, BankTransfer, Journal, Payees, Payouts } from './ports.js';

/**
 * Takes each payout one step further. Every step can be repeated under the payout's id: the entry, the transfer and the
 * status are each written at most once, and the status last.
 */
export class DrivePayouts {
  constructor(
    private readonly balances: Balances,
    private readonly payouts: Payouts,
    private readonly journal: Journal,
    private readonly payees: Payees,
    private readonly bank: BankTransfer,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    for await (const balance of everyOne((afterKey) => this.balances.listReserved(afterKey), balanceKey)) {
      await this.payouts.insertFirst(toPayouts(balance));
    }
    for await (const payout of this.#every('requested')) await this.#send(payout);
    for await (const payout of this.#every('sent')) await this.#conclude(payout);
  }

  #every(status: PayoutStatus): AsyncIterable<Payout> {
    return everyOne(
      (afterId) => this.payouts.listInStatus(status, afterId),
      ({ id }) => id,
    );
  }

  async #send(payout: Payout): Promise<void> {
    const bankAccount = await this.payees.bankAccountOf(payout.payeeId);
    // No longer designated: the money stays reserved until there is an account to send it to.
    if (!bankAccount) return;
    const at = this.clock.now();
    await this.journal.post([payoutSentEntry(payout, at)]);
    await this.bank.send(payout.id, payout.amount, bankAccount);
    await this.payouts.move(payout, movePayout(payout, 'sent', at));
  }

  async #conclude(payout: Payout): Promise<void> {
    const outcome = await this.bank.outcomeOf(payout.id);
    if (outcome !== 'confirmed' && outcome !== 'returned') return;
    const at = this.clock.now();
    const entryOf = outcome === 'confirmed' ? payoutConfirmedEntry : payoutReturnedEntry;
    await this.journal.post([entryOf(payout, at)]);
    await this.payouts.move(payout, movePayout(payout, outcome, at));
  }
}

const toPayouts = ({ reservation, ledgerAccount, currency }: Balance): Payout[] =>
  reservation ? [toPayout(reservation, ledgerAccount, currency)] : [];

const toPayout = (reservation: Reservation, ledgerAccount: string, currency: string): Payout => ({
  id: reservation.payoutId,
  payeeId: parseLedgerAccount(ledgerAccount).ownerId,
  amount: Money.of(reservation.amountMinor, currency),
  status: 'requested',
  bankCode: reservation.bankCode,
  bankAccountLast4: reservation.bankAccountLast4,
  requestedAt: reservation.reservedAt,
  changedAt: reservation.reservedAt,
});
