import { join } from 'node:path';
import { ROOT } from '../command.mjs';

/**
 * @typedef {object} Addresses host:port of everything
 * @property {Record<string, string>} grpc by service
 * @property {Record<string, string>} http by service; the gateway's is the edge
 * @property {Record<string, string>} metrics by service
 * @property {string} shop
 * @property {string} [mail] page and JSON of what was sent to people
 */

/**
 * @typedef {object} Installation
 * @property {string} dataDir
 * @property {string} kafkaBrokers
 * @property {string} mongoUrl
 * @property {string} prefix of topics, groups and databases; lets several installations share one broker and database
 * @property {string} smtpUrl
 * @property {{ url: string, token: string }} [sms]
 * @property {import('./secrets.mjs').Secrets} secrets
 * @property {Addresses} addresses
 * @property {Record<string, Record<string, string>>} [more] environment variables by service
 */

/** In the order in which they are started: who is called comes before who calls. */
export const SERVICES = ['orders', 'transactions', 'risk', 'ledger', 'accounts', 'gateway'];

/** By name: browsers know no relying party (WebAuthn) that is an address. @param {Installation} installation */
export const publicUrlOf = ({ addresses }) =>
  `http://${addresses.http['gateway']?.replace(/^127\.0\.0\.1:/, 'localhost:')}`;

/** @param {string} name @param {Installation} installation @returns {Record<string, string>} */
const ownVariables = (name, installation) => {
  switch (name) {
    case 'transactions':
      return { UNKNOWN_RETRY_SECONDS: '2', UNKNOWN_LIMIT_SECONDS: '20' };
    case 'risk':
      // The deck of test cards is whole again after each start; unionpay-biometric is the card of the one row.
      return { ISSUER_SIMULATOR_RESET: 'true', ISSUER_TABLE: '[{"bin":"625881","checks":["biometric"]}]' };
    case 'ledger':
      return { PAYOUT_INTERVAL_SECONDS: '5' };
    case 'accounts':
      return {
        SMTP_URL: installation.smtpUrl,
        MAIL_FROM: 'Openswipe <bills@openswipe.example>',
        PUBLIC_URL: publicUrlOf(installation),
        ALLOW_PRIVATE_WEBHOOKS: 'true',
        ...(installation.sms && { SMS_URL: installation.sms.url, SMS_TOKEN: installation.sms.token }),
      };
    case 'gateway':
      return {
        PUBLIC_URL: publicUrlOf(installation),
        TERMINAL_WEB_DIR: join(ROOT, 'clients', 'terminal-web', 'dist-web'),
        SIMULATED_READER: 'true',
      };
    default:
      return {};
  }
};

/** The whole environment of one service. @param {string} name @param {Installation} installation */
export const environmentOf = (name, installation) => {
  const { addresses, kafkaBrokers, mongoUrl, prefix, secrets, more } = installation;
  const peers = Object.entries(addresses.grpc).map(([peer, address]) => [`${peer.toUpperCase()}_ADDRESS`, address]);
  return {
    KAFKA_BROKERS: kafkaBrokers,
    MONGO_URL: mongoUrl,
    MONGO_DATABASE: `${prefix.replaceAll('-', '_')}openswipe_${name}`,
    TOPIC_PREFIX: prefix,
    GRPC_LISTEN: addresses.grpc[name] ?? '127.0.0.1:0',
    HTTP_LISTEN: addresses.http[name] ?? '127.0.0.1:0',
    METRICS_LISTEN: addresses.metrics[name] ?? '127.0.0.1:0',
    NODE_ENV: 'production',
    ...Object.fromEntries(peers),
    ...ownVariables(name, installation),
    ...secrets[name],
    ...more?.[name],
  };
};
