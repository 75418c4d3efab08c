import { TerminalKeys } from '../account/terminal-keys.js';
import type { Phase } from '../account/device-session.js';
import type { Terminal } from '../terminal.js';
import { BiometricCheck } from './biometric-check.js';
import { PaymentFlow } from './payment-flow.js';

type Ready = Extract<Phase, { at: 'ready' }>;

/** The payment of one order at this terminal, put together when its page opens. */
export function flowOf(terminal: Terminal, orderId: string, { accountId, terminalId }: Ready): PaymentFlow {
  const { api, terminals, submissions, reader, payments } = terminal;
  return new PaymentFlow(orderId, {
    api,
    keys: new TerminalKeys(terminals, terminalId),
    storage: submissions,
    accountId,
    biometric: new BiometricCheck(api, terminalId),
    reader,
    follow: (submission) => payments.follow(submission),
  });
}
