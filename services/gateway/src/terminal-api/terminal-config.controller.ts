import { Controller, Get, Inject } from '@nestjs/common';
import { CONFIG } from '@openswipe/service-kit';
import { z } from 'zod';
import type { GatewayConfig } from '../config.js';
import { Described } from '../http/described.js';

const configView = z.object({ simulatedReader: z.boolean() });

@Controller('v1/terminal/config')
export class TerminalConfigController {
  constructor(@Inject(CONFIG) private readonly config: GatewayConfig) {}

  @Get()
  @Described({ summary: 'What this installation offers to terminals', by: 'anybody', answer: configView })
  get(): z.infer<typeof configView> {
    return { simulatedReader: this.config.SIMULATED_READER };
  }
}
