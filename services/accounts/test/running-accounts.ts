import { AccountsClient, RegisterRequest } from '@openswipe/contracts';
import { MONGO, RemoteService, type RunningService, loadConfig, startService } from '@openswipe/service-kit';
import { decodeJwt } from 'jose';
import { randomBytes } from 'node:crypto';
import type { Connection } from 'mongoose';
import { options } from '../src/accounts.module.js';
import { makeKeys } from '../src/ca/make-keys.js';
import { type AccountsConfig, accountsConfig } from '../src/config.js';
import { aCertificateRequest } from './builders/a-certificate-request.js';
import { FakeKeyOwners, MailCatcher, freePort } from './neighbours.js';
import { FakeSmsGateway } from './fake-sms-gateway.js';

export const PASSWORD = 'correct horse battery';

/** The service on the real broker and database, with its neighbours faked at the wire. */
export interface RunningAccounts {
  readonly call: RemoteService<AccountsClient>['call'];
  readonly config: AccountsConfig;
  readonly service: RunningService;
  readonly database: NonNullable<Connection['db']>;
  readonly keyOwners: FakeKeyOwners;
  readonly mail: MailCatcher;
  readonly sms: FakeSmsGateway;
  stop(): Promise<void>;
}

export async function runAccounts(more: Readonly<Record<string, string | undefined>> = {}): Promise<RunningAccounts> {
  const { KAFKA_BROKERS, MONGO_URL } = process.env;
  if (!KAFKA_BROKERS || !MONGO_URL) throw new Error('component tests need KAFKA_BROKERS and MONGO_URL');
  const run = randomBytes(4).toString('hex');
  const keyOwners = new FakeKeyOwners();
  const mail = new MailCatcher();
  const sms = new FakeSmsGateway();
  const [keyOwnersAddress, smtpUrl, smsUrl] = await Promise.all([keyOwners.start(), mail.start(), sms.start()]);
  const grpcAddress = `127.0.0.1:${await freePort()}`;
  const config = loadConfig(accountsConfig, {
    ...makeKeys(new Date()),
    KAFKA_BROKERS,
    MONGO_URL,
    TOPIC_PREFIX: `t-${run}-`,
    MONGO_DATABASE: `t_${run}_accounts`,
    GRPC_LISTEN: grpcAddress,
    HTTP_LISTEN: `127.0.0.1:${await freePort()}`,
    LOG_LEVEL: 'silent',
    TRANSACTIONS_ADDRESS: keyOwnersAddress,
    RISK_ADDRESS: keyOwnersAddress,
    SMTP_URL: smtpUrl,
    MAIL_FROM: 'Openswipe <bills@openswipe.example>',
    PUBLIC_URL: 'http://pay.example',
    ALLOW_PRIVATE_WEBHOOKS: 'true',
    SMS_URL: smsUrl,
    SMS_TOKEN: sms.token,
    ...more,
  });
  const service = await startService(options(config));
  const remote = new RemoteService(AccountsClient, grpcAddress);
  const database = service.app.get<Connection>(MONGO).db!;
  const stop = async (): Promise<void> => {
    remote.close();
    await database.dropDatabase();
    await service.stop();
    keyOwners.stop();
    await Promise.all([mail.stop(), sms.stop()]);
  };
  return { call: remote.call, config, service, database, keyOwners, mail, sms, stop };
}

let people = 0;

export const aRegistration = (more: Partial<RegisterRequest> = {}): RegisterRequest =>
  RegisterRequest.create({
    email: `person-${(people += 1)}@example.com`,
    password: PASSWORD,
    displayName: 'Li Wei',
    ...more,
  });

export interface AHolder {
  readonly accountId: string;
  readonly email: string;
  readonly terminalId: string;
}

/** A registered person with an enrolled terminal. */
export async function aHolder(call: RunningAccounts['call'], more: Partial<RegisterRequest> = {}): Promise<AHolder> {
  const { id: accountId, email } = await call.register(aRegistration(more));
  return { accountId, email, terminalId: await anEnrolledTerminal(call, email) };
}

export async function anEnrolledTerminal(call: RunningAccounts['call'], email: string): Promise<string> {
  const session = await call.logIn({ email, password: PASSWORD, terminalId: '', remoteAddress: '' });
  const { terminalId } = await call.enrolTerminal({
    accountId: session.accountId,
    name: 'My phone',
    certificateRequest: await aCertificateRequest(),
    sessionFamilyId: decodeJwt(session.accessToken)['sid'] as string,
  });
  return terminalId;
}
