import { Controller, Get, Inject, ServiceUnavailableException } from '@nestjs/common';
import { Readiness } from './readiness.js';

@Controller('health')
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  /** The process turns its event loop. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Takes work: started, connected and not on its way out. */
  @Get('ready')
  ready(): { status: 'ok' } {
    if (!this.readiness.ready) throw new ServiceUnavailableException({ status: 'starting or stopping' });
    return { status: 'ok' };
  }
}
