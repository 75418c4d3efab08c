import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { Merchant } from '@openswipe/contracts';
import type { FastifyRequest } from 'fastify';
import { bearerOf } from '../http/bearer.js';
import { Merchants } from './merchants.js';

type MerchantRequest = FastifyRequest & { merchant?: Merchant };

/** Lets in who holds a merchant's secret key. */
@Injectable()
export class MerchantGuard implements CanActivate {
  constructor(@Inject(Merchants) private readonly merchants: Merchants) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<MerchantRequest>();
    request.merchant = await this.merchants.authenticate(bearerOf(request));
    return true;
  }
}

/** The merchant that the guard let in. */
export const TheMerchant = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<MerchantRequest>().merchant,
);
