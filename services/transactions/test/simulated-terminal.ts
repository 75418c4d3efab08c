import {
  DukptTerminal,
  nobleAes,
  sealEnvelope,
  type Bytes,
  type KeySerialNumber,
  type Key,
  type TransactionData,
} from '@openswipe/card';
import { testCard, testTrack2 } from '@openswipe/card/test-cards';
import {
  Order,
  OrderKind,
  OrderStatus,
  TransactionSubmitted,
  type InitialKey,
  type IssueInitialKeyRequest,
} from '@openswipe/contracts';
import { Sensitive, newId } from '@openswipe/kernel';
import { constants, createHash, generateKeyPairSync, privateDecrypt, randomBytes } from 'node:crypto';

export const anOrder = (more: Partial<Order> = {}): Order =>
  Order.create({
    id: newId('order'),
    kind: OrderKind.ORDER_KIND_PAY,
    status: OrderStatus.ORDER_STATUS_PAYING,
    payeeId: newId('merchant'),
    payeeName: 'Tea House',
    total: { amountMinor: 1250n, currency: 'CNY' },
    digest: randomBytes(32).toString('hex'),
    createdAt: new Date(),
    expiresAt: new Date(Date.now() + 1_800_000),
    ...more,
  });

export interface SealOptions {
  /** 8 hex digits; default: that of the envelope's KSN. */
  readonly pinCounter?: string;
  readonly card?: string;
  readonly amountMinor?: string;
  readonly orderId?: string;
  readonly track2?: string;
  /** Instead of a stripe in clear. */
  readonly read?: TransactionData['card'];
  /** Of the reader's own PIN pad, instead of the page's. */
  readonly readerPin?: Pick<TransactionData['security'], 'pinBlock' | 'pinKsn' | 'pinPad'>;
  /** WebAuthn assertion. */
  readonly assertion?: string;
  /** Instead of the next one. */
  readonly working?: WorkingKey;
  /** Whose session carries it. */
  readonly terminalId?: string;
}

export interface WorkingKey {
  readonly ksn: KeySerialNumber;
  readonly key: Key;
}

export const PIN_BLOCK = 'ab'.repeat(16);

/** The terminal's side: enrolment, DUKPT and suite os1, as the web terminal does it. */
export class SimulatedTerminal {
  readonly id = newId('terminal');
  readonly accountId = newId('account');
  readonly #rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  #dukpt: DukptTerminal | undefined;

  async enrol(issue: (request: IssueInitialKeyRequest) => Promise<InitialKey>): Promise<InitialKey> {
    const issued = await issue({
      terminalId: this.id,
      derivationId: randomBytes(4),
      publicKey: this.#rsa.publicKey.export({ type: 'spki', format: 'der' }),
    });
    const initialKey = this.open(issued.encryptedKey);
    this.#dukpt = DukptTerminal.initialize(nobleAes, new Sensitive(initialKey), issued.initialKeyId.toString('hex'));
    return issued;
  }

  open(encryptedKey: Uint8Array): Bytes {
    return new Uint8Array(
      privateDecrypt(
        { key: this.#rsa.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
        encryptedKey,
      ),
    );
  }

  nextKey(): WorkingKey {
    if (!this.#dukpt) throw new Error('enrol first');
    const { ksn, keys } = this.#dukpt.next(['data-encrypt']);
    return { ksn, key: keys['data-encrypt'] };
  }

  /** What the gateway publishes for this terminal's submission. */
  seal(order: Order, options: SealOptions = {}): TransactionSubmitted {
    const { ksn, key } = options.working ?? this.nextKey();
    const terminalId = options.terminalId ?? this.id;
    const data = new Sensitive({
      card: options.read ?? {
        entryMode: 'magstripe' as const,
        track2: options.track2 ?? testTrack2(testCard(options.card ?? 'unionpay-pin')),
        readerKind: 'simulated',
        readerProtected: true,
      },
      fee: {
        orderId: options.orderId ?? order.id,
        orderDigest: order.digest,
        amountMinor: options.amountMinor ?? String(order.total?.amountMinor),
        currency: order.total?.currency ?? '',
      },
      security: {
        ...(options.readerPin ?? {
          pinBlock: PIN_BLOCK,
          pinKsn: `${'cd'.repeat(8)}${options.pinCounter ?? ksn.hex.slice(16)}`,
        }),
        signature: { digest: 'ef'.repeat(32) },
        ...(options.assertion === undefined ? {} : { biometric: { assertion: options.assertion } }),
      },
      createdAt: new Date().toISOString(),
    });
    const nonce = new Uint8Array(randomBytes(12));
    const envelope = sealEnvelope(nobleAes, key, ksn, terminalId, nonce, data);
    const hash = createHash('sha256')
      .update([terminalId, order.id, envelope.ksn, envelope.tag].join('|'))
      .digest('hex');
    return TransactionSubmitted.create({
      transactionId: `txn_${hash.slice(0, 32)}`,
      orderId: order.id,
      accountId: this.accountId,
      terminalId,
      envelope: {
        suite: envelope.suite,
        ksn: Buffer.from(envelope.ksn, 'hex'),
        nonce: Buffer.from(envelope.nonce, 'hex'),
        ciphertext: Buffer.from(envelope.ciphertext, 'hex'),
        tag: Buffer.from(envelope.tag, 'hex'),
      },
      submittedAt: new Date(),
    });
  }
}
