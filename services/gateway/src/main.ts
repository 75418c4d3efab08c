import { loadConfig, runService } from '@openswipe/service-kit';
import { gatewayConfig } from './config.js';
import { options } from './gateway.module.js';

await runService(() => options(loadConfig(gatewayConfig, process.env)));
