import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findRunning } from '../stack/running.mjs';

const plain = (/** @type {string} */ _name, /** @type {unknown} */ value) =>
  typeof value === 'bigint' ? value.toString() : value;

/**
 * Pays one order against the running stack with the simulated reader. The last line is JSON: order id, every state it
 * went through, the ledger entry.
 * @param {string[]} argv a card of the test deck; --scenario: how it is drawn or put in, with a card of its own
 */
export default async (argv) => {
  const { values, positionals } = parseArgs({
    args: argv,
    options: { scenario: { type: 'string' } },
    allowPositionals: true,
  });
  const { SCENARIOS } = await import('@openswipe/terminal-web/reader');
  const scenario = /** @type {keyof typeof SCENARIOS} */ (values.scenario ?? 'good-swipe');
  if (!(scenario in SCENARIOS)) {
    console.error(`There is no scenario ${scenario}; there are ${Object.keys(SCENARIOS).join(', ')}.`);
    return 2;
  }
  const card = positionals[0] ?? SCENARIOS[scenario].card;
  const { url, shopUrl, dataDir, addresses } = findRunning();
  const { LedgerClient } = await import('@openswipe/contracts');
  const { RemoteService } = await import('@openswipe/service-kit');
  const { HeadlessTerminal } = await import('../stack/headless-terminal.mjs');
  const { HOLDERS, terminalFolder } = await import('../stack/seed.mjs');
  const { payDemoOrder } = await import('../stack/demo-payment.mjs');
  const { merchant } = JSON.parse(readFileSync(join(dataDir, 'seed.json'), 'utf8'));
  const terminal = await HeadlessTerminal.open({ url, folder: terminalFolder(dataDir), logIn: HOLDERS.shopper });
  const order = await payDemoOrder({ url, shopUrl, secretKey: merchant.secretKey, terminal }, { card, scenario });
  const ledger = new RemoteService(LedgerClient, /** @type {string} */ (addresses.grpc['ledger']));
  const { entries } = await ledger.call.listEntries({ orderId: order.id });
  ledger.close();
  const states = order.history.map(({ status, at }) => ({ status, at }));
  const [ledgerEntry] = entries;
  console.log(JSON.stringify({ orderId: order.id, states, ledgerEntry }, plain));
  return ledgerEntry ? 0 : 1;
};
