import { AccountsService } from '@openswipe/contracts';
import { Publisher, loadConfig, startService } from '@openswipe/service-kit';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { gatewayConfig } from '../../services/gateway/dist/config.js';
import { options } from '../../services/gateway/dist/gateway.module.js';
import { residentBytesOf } from '../processes.mjs';
import { join } from 'node:path';
import { ROOT } from '../../tools/command.mjs';
import { serve } from './serve.mjs';

/** @typedef {import('@grpc/grpc-js').sendUnaryData<unknown>} Answer */

// The gateway as it is; of accounts, only its keys.
const accounts = new Server();
const methods = Object.fromEntries(
  Object.keys(AccountsService).map((name) => [
    name,
    (/** @type {unknown} */ _, /** @type {Answer} */ answer) => answer(null, { jwks: process.env['JWKS'] ?? '' }),
  ]),
);
accounts.addService(AccountsService, methods);
const port = await new Promise((resolve, reject) =>
  accounts.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (fault, bound) =>
    fault ? reject(fault) : resolve(bound),
  ),
);

const { app } = await startService(
  options(
    loadConfig(gatewayConfig, {
      ...process.env,
      ACCOUNTS_ADDRESS: `127.0.0.1:${port}`,
      ...Object.fromEntries(
        ['ORDERS', 'TRANSACTIONS', 'RISK', 'LEDGER'].map((peer) => [`${peer}_ADDRESS`, '127.0.0.1:1']),
      ),
      CALL_LIMIT_PER_MINUTE: '1000000',
      LOG_LEVEL: 'error',
      TERMINAL_WEB_DIR: join(ROOT, 'clients', 'terminal-web', 'dist-web'),
    }),
  ),
);
const publisher = app.get(Publisher);
const publish = publisher.publish.bind(publisher);

serve({
  /** Whether an answer waits for the broker. */
  durable: (/** @type {boolean} */ isDurable) => {
    publisher.publish = isDurable ? publish : async () => undefined;
  },
  resident: () => {
    globalThis.gc?.();
    return residentBytesOf(process.pid);
  },
});
