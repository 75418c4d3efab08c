import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { SecurityCheck } from '@openswipe/contracts';
import { z } from 'zod';
import { Peers } from '../grpc/peers.js';
import { Described } from '../http/described.js';
import { Shape } from '../http/shape.pipe.js';
import { EnrolledGuard } from './session.guard.js';

const query = z.object({
  bin: z
    .string()
    .regex(/^\d{4,8}$/, 'must be the first 4 to 8 digits of the card number')
    .describe('first 4 to 8 digits of the card number'),
});
const checksView = z.object({ checks: z.array(z.enum(['pin', 'biometric', 'signature'])) });
type ChecksView = z.infer<typeof checksView>;

const NAMES: Partial<Record<SecurityCheck, ChecksView['checks'][number]>> = {
  [SecurityCheck.SECURITY_CHECK_PIN]: 'pin',
  [SecurityCheck.SECURITY_CHECK_BIOMETRIC]: 'biometric',
  [SecurityCheck.SECURITY_CHECK_SIGNATURE]: 'signature',
};

@Controller('v1/terminal/security-checks')
@UseGuards(EnrolledGuard)
export class SecurityChecksController {
  constructor(@Inject(Peers) private readonly peers: Peers) {}

  @Get()
  @Described({ summary: 'What the issuer of a card asks of its holder', by: 'terminal', answer: checksView })
  async get(@Query(new Shape(query)) { bin }: z.infer<typeof query>): Promise<ChecksView> {
    const { checks } = await this.peers.risk.getSecurityChecks({ bin });
    // A check that this edge does not know is none that a terminal could make; risk refuses the payment then.
    return { checks: checks.map((check) => NAMES[check]).filter((name) => name !== undefined) };
  }
}
