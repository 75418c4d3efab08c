import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import {
  type AuthenticateApiKeyRequest,
  type CreateMerchantRequest,
  type CreatedMerchant,
  type Delivery as DeliveryMessage,
  DeliveryStatus,
  type ListDeliveriesRequest,
  type ListDeliveriesResponse,
  type Merchant as MerchantMessage,
  type SignReturnRequest,
  type SignReturnResponse,
} from '@openswipe/contracts';
import { Sensitive } from '@openswipe/kernel';
import { AuthenticateApiKey } from '../application/authenticate-api-key.js';
import { CreateMerchant } from '../application/create-merchant.js';
import { ListDeliveries } from '../application/list-deliveries.js';
import { SignReturn } from '../application/sign-return.js';
import type { Delivery } from '../domain/delivery.js';
import type { Merchant } from '../domain/merchant.js';

@Controller()
export class MerchantsGrpcController {
  constructor(
    @Inject(CreateMerchant) private readonly create: CreateMerchant,
    @Inject(AuthenticateApiKey) private readonly authenticate: AuthenticateApiKey,
    @Inject(SignReturn) private readonly sign: SignReturn,
    @Inject(ListDeliveries) private readonly list: ListDeliveries,
  ) {}

  @GrpcMethod('Accounts', 'createMerchant')
  async createMerchant(request: CreateMerchantRequest): Promise<CreatedMerchant> {
    const { merchant, secrets } = await this.create.execute(request);
    return {
      merchant: toMerchantMessage(merchant),
      secretKey: secrets?.secretKey.reveal('shown once to its merchant') ?? '',
      webhookSecret: secrets?.webhookSecret.reveal('shown once to its merchant') ?? '',
    };
  }

  @GrpcMethod('Accounts', 'authenticateApiKey')
  async authenticateApiKey({ secretKey }: AuthenticateApiKeyRequest): Promise<MerchantMessage> {
    return toMerchantMessage(await this.authenticate.execute(new Sensitive(secretKey)));
  }

  @GrpcMethod('Accounts', 'signReturn')
  async signReturn({ merchantId, orderId, status }: SignReturnRequest): Promise<SignReturnResponse> {
    return { signature: await this.sign.execute(merchantId, orderId, status) };
  }

  @GrpcMethod('Accounts', 'listDeliveries')
  async listDeliveries({ orderId }: ListDeliveriesRequest): Promise<ListDeliveriesResponse> {
    return { deliveries: (await this.list.execute(orderId)).map(toDeliveryMessage) };
  }
}

const toMerchantMessage = ({ id, name }: Merchant): MerchantMessage => ({ id, name });

const STATUS: Readonly<Record<Delivery['status'], DeliveryStatus>> = {
  queued: DeliveryStatus.DELIVERY_STATUS_QUEUED,
  delivered: DeliveryStatus.DELIVERY_STATUS_DELIVERED,
  failed: DeliveryStatus.DELIVERY_STATUS_FAILED,
};

const toDeliveryMessage = (delivery: Delivery): DeliveryMessage => ({
  id: delivery.id,
  channel: delivery.channel,
  eventType: delivery.eventType,
  orderId: delivery.orderId,
  status: STATUS[delivery.status],
  attemptCount: delivery.attemptCount,
  lastError: delivery.lastError,
  nextAttemptAt: delivery.status === 'queued' ? delivery.nextAttemptAt : undefined,
});
