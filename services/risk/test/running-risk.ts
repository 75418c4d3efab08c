import { DukptTerminal, Pan, encodePinBlockFormat4, toHex, type Bytes } from '@openswipe/card';
import { nodeAes, wrapKeyBlock } from '@openswipe/card/host';
import { readChip } from '@openswipe/card/emv';
import { TEST_ISSUER_KEY, TestChip, type TestChipOptions } from '@openswipe/card/emv/test-chip';
import { testTrack2, type TestCard } from '@openswipe/card/test-cards';
import { TestPinPad } from '@openswipe/card/test-reader';
import {
  EntryMode,
  RiskClient,
  SensitiveCardData,
  TOPICS,
  TransactionVerified,
  type TransactionAssessed,
} from '@openswipe/contracts';
import { Sensitive, newId } from '@openswipe/kernel';
import {
  KafkaBroker,
  Publisher,
  RemoteService,
  connectMongo,
  createLogger,
  loadConfig,
  startService,
  toRecord,
} from '@openswipe/service-kit';
import { constants, createHash, generateKeyPairSync, privateDecrypt, randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { riskConfig } from '../src/config.js';
import { riskService } from '../src/risk.module.js';
import { RecordTap } from './record-tap.js';

/** Of readers with TDES keys; those with AES keys are not known. */
const READER_PIN_BDK: Bytes = new Uint8Array(16).fill(0x5a);

const random = (length: number): Bytes => new Uint8Array(randomBytes(length));

/** The service on the real broker and database; its neighbours are the test itself, at the wire. */
export class RunningRisk {
  private constructor(
    private readonly service: Awaited<ReturnType<typeof startService>>,
    readonly database: Awaited<ReturnType<typeof connectMongo>>,
    readonly broker: KafkaBroker,
    private readonly publisher: Publisher,
    readonly tap: RecordTap,
    private readonly risk: RemoteService<RiskClient>,
    private readonly zoneKey: Bytes,
  ) {}

  static async start(more: Record<string, string> = {}): Promise<RunningRisk> {
    const { KAFKA_BROKERS, MONGO_URL } = process.env;
    if (!KAFKA_BROKERS || !MONGO_URL) throw new Error('component tests need KAFKA_BROKERS and MONGO_URL');
    const run = randomBytes(4).toString('hex');
    const keys = {
      'pin-bdk': random(16),
      'zone-card-data': random(32),
      'issuer-pin': random(32),
      'issuer-chip': TEST_ISSUER_KEY.reveal('wrap the key of the test chips'),
      'reader-pin-bdk': READER_PIN_BDK,
    };
    const masterKey = random(32);
    const config = loadConfig(riskConfig, {
      KAFKA_BROKERS,
      MONGO_URL,
      TOPIC_PREFIX: `t-${run}-`,
      MONGO_DATABASE: `t_risk_${run}`,
      GRPC_LISTEN: `127.0.0.1:${await freePort()}`,
      HTTP_LISTEN: `127.0.0.1:${await freePort()}`,
      LOG_LEVEL: 'silent',
      MASTER_KEY: toHex(masterKey),
      KEY_BLOCKS: JSON.stringify(keyBlocks(masterKey, keys)),
      ...more,
    });
    const service = await startService(riskService(config));
    const settings = { brokers: KAFKA_BROKERS, topicPrefix: config.TOPIC_PREFIX, clientId: 'test' };
    const broker = new KafkaBroker(settings, createLogger('test', 'silent'));
    const tap = await RecordTap.open(broker);
    const database = await connectMongo(MONGO_URL, config.MONGO_DATABASE);
    const remote = new RemoteService(RiskClient, config.GRPC_LISTEN);
    return new RunningRisk(service, database, broker, new Publisher(broker), tap, remote, keys['zone-card-data']);
  }

  async stop(): Promise<void> {
    this.risk.close();
    await Promise.all([this.service.stop(), this.tap.close(), this.publisher.disconnect()]);
    await this.database.dropDatabase();
    await this.database.close();
  }

  /** As `accounts` does for a terminal that enrols, and as the terminal does with the answer. */
  async enrolTerminal(): Promise<Terminal> {
    const id = newId('terminal');
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const derivationId = randomBytes(4);
    const issued = await this.risk.call.issueInitialKey({
      terminalId: id,
      derivationId,
      publicKey: publicKey.export({ format: 'der', type: 'spki' }),
    });
    const opened = privateDecrypt(
      { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
      issued.encryptedKey,
    );
    const initialKeyId = toHex(new Uint8Array(issued.initialKeyId));
    const dukpt = DukptTerminal.initialize(nodeAes, new Sensitive(new Uint8Array(opened)), initialKeyId);
    return { id, dukpt, derivationId, publicKey: publicKey.export({ format: 'der', type: 'spki' }) };
  }

  get call() {
    return this.risk.call;
  }

  /** What `transactions` would publish of a card read by the terminal. */
  verified(card: TestCard, terminal: Terminal, more: Presented = {}): TransactionVerified {
    const transactionId = newId('transaction');
    const pan = Pan.parse(card.pan);
    const plaintext = SensitiveCardData.encode(
      SensitiveCardData.create({
        pan: card.pan,
        track2: testTrack2(card).slice(1, -1),
        field55: Buffer.from(more.field55 ?? '', 'hex'),
        ...(more.pin === undefined ? {} : pinBlock(terminal, more.pin, pan)),
        ...(more.readerPin === undefined ? {} : readerPinBlock(more.readerPin, pan)),
      }),
    ).finish();
    const nonce = random(12);
    const aad = new Uint8Array(new TextEncoder().encode(transactionId));
    const { ciphertext, tag } = nodeAes.seal(this.zoneKey, nonce, new Uint8Array(plaintext), aad);
    return TransactionVerified.fromPartial({
      transactionId,
      orderId: newId('order'),
      accountId: newId('account'),
      terminalId: terminal.id,
      payeeId: newId('merchant'),
      amount: { amountMinor: more.amountMinor ?? 1_250n, currency: 'CNY' },
      card: {
        cardToken: `card_${createHash('sha256').update(card.name).digest('hex').slice(0, 24)}`,
        bin: pan.bin,
        last4: pan.last4,
        brand: card.brand,
        entryMode: more.field55 === undefined ? EntryMode.ENTRY_MODE_MAGSTRIPE : EntryMode.ENTRY_MODE_CONTACT,
      },
      sealedCardData: {
        keyId: 'zone-card-data',
        nonce: Buffer.from(nonce),
        ciphertext: Buffer.from(ciphertext),
        tag: Buffer.from(tag),
      },
      pinPresent: more.pin !== undefined || more.readerPin !== undefined,
      signaturePresent: more.signature ?? false,
      biometricVerified: more.biometric ?? false,
      verifiedAt: new Date(),
      orderDigest: 'ab'.repeat(32),
    });
  }

  async publish(...verified: readonly TransactionVerified[]): Promise<void> {
    await this.publisher.publish(
      verified.map((each) =>
        toRecord(TOPICS.transactionVerified, each.orderId, each, {
          correlationId: each.orderId,
          causationId: each.transactionId,
          occurredAt: new Date(),
        }),
      ),
    );
  }

  /** The first outcome of one transaction, as the wire has it. */
  async assess(verified: TransactionVerified): Promise<TransactionAssessed['outcome']> {
    await this.publish(verified);
    return (await this.tap.assessed(verified.transactionId, 1)).at(0)?.outcome;
  }
}

const readerPinBlock = ({ pad, pin }: NonNullable<Presented['readerPin']>, pan: Pan) => {
  const { pinBlock, pinKsn } = pad.enter(pin, pan);
  return { pinBlock: Buffer.from(pinBlock, 'hex'), pinKsn: Buffer.from(pinKsn, 'hex'), pinByReader: true };
};

/** A reader's own PIN pad, as the service knows it. */
export const aPinPad = (dukpt: 'tdes' | 'aes' = 'tdes', bdk = READER_PIN_BDK): TestPinPad =>
  new TestPinPad(new Sensitive(bdk), dukpt);

/** What came with a card, besides its track. */
export interface Presented {
  readonly readerPin?: { readonly pad: TestPinPad; readonly pin: string };
  readonly pin?: string;
  readonly amountMinor?: bigint;
  /** Hexadecimal; its presence says that the chip was read. */
  readonly field55?: string;
  readonly biometric?: boolean;
  readonly signature?: boolean;
}

/** Field 55 that the chip of this card makes for a payment of 12.50 CNY today. */
export async function chipData(card: TestCard, options: TestChipOptions = {}, date = new Date()): Promise<string> {
  const chip = new TestChip(card, options);
  const payment = {
    amountMinor: '1250',
    currency: 'CNY',
    country: '156',
    date: date.toISOString().slice(2, 10).replaceAll('-', ''),
    time: '120000',
    unpredictableNumber: random(4),
  };
  const { field55 } = await readChip({ transmit: async (command) => chip.answer(command) }, payment);
  return field55.reveal('seal for risk');
}

export interface Terminal {
  readonly id: string;
  readonly dukpt: DukptTerminal;
  readonly derivationId: Buffer;
  readonly publicKey: Buffer;
}

function pinBlock({ dukpt }: Terminal, pin: string, pan: Pan) {
  const { ksn, keys } = dukpt.next(['pin-encryption']);
  const block = encodePinBlockFormat4(nodeAes, keys['pin-encryption'], new Sensitive(pin), pan, random(8));
  return { pinBlock: Buffer.from(block), pinKsn: Buffer.from(ksn.bytes) };
}

const USAGES: Readonly<Record<string, string>> = {
  'pin-bdk': 'B0',
  'reader-pin-bdk': 'B0',
  'issuer-pin': 'M7',
  'issuer-chip': 'E0',
};
const TDES_KEYS: readonly string[] = ['issuer-chip', 'reader-pin-bdk'];

const keyBlocks = (masterKey: Bytes, keys: Record<string, Bytes>) =>
  Object.fromEntries(
    Object.entries(keys).map(([id, key]) => {
      const usage = USAGES[id] ?? 'D0';
      const algorithm = TDES_KEYS.includes(id) ? 'T' : 'A';
      const attributes = { usage, algorithm, modeOfUse: 'N', keyVersion: '00', exportability: 'N' };
      return [id, wrapKeyBlock(new Sensitive(masterKey), attributes, new Sensitive(key))];
    }),
  );

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
