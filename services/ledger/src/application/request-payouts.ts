import { type Clock, newId } from '@openswipe/kernel';
import { balanceKey, type Balance } from '../domain/balance.js';
import { parseLedgerAccount } from '../domain/ledger-account.js';
import { mayPayTo } from '../domain/payout.js';
import { everyOne } from './every-one.js';
import { type Balances, last4Of, type Payees, type Payouts } from './ports.js';

/** Largest single payout, minor units; the rest follows with the next. */
const PAYOUT_MAX_MINOR = 1_000_000_000_000n;

/**
 * Sets aside what a payee has, for a payout to its designated bank account [0080]. The reservation is one guarded write
 * on the balance and carries the payout's id: whatever crashes after it, the payout is found again.
 */
export class RequestPayouts {
  constructor(
    private readonly balances: Balances,
    private readonly payouts: Payouts,
    private readonly payees: Payees,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const payable = everyOne((afterKey) => this.balances.listPayable(afterKey), balanceKey);
    for await (const balance of payable) await this.#request(balance);
  }

  async #request(balance: Balance): Promise<void> {
    const payeeId = parseLedgerAccount(balance.ledgerAccount).ownerId;
    const bankAccount = await this.payees.bankAccountOf(payeeId);
    if (!bankAccount) return;
    const at = this.clock.now();
    const bankAccountLast4 = last4Of(bankAccount);
    const { bankCode } = bankAccount;
    if (!mayPayTo(bankCode, bankAccountLast4, await this.payouts.lastReturned(payeeId), at)) return;
    const available = balance.postedMinor - balance.reservedMinor;
    const amountMinor = available < PAYOUT_MAX_MINOR ? available : PAYOUT_MAX_MINOR;
    const reservation = { payoutId: newId('payout'), amountMinor, bankCode, bankAccountLast4, reservedAt: at };
    // Somebody else was first: the money is reserved already, under another payout.
    await this.balances.reserve(balanceKey(balance), reservation);
  }
}
