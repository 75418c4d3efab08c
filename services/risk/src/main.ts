import { loadConfig, runService } from '@openswipe/service-kit';
import { riskConfig } from './config.js';
import { riskService } from './risk.module.js';

await runService(() => riskService(loadConfig(riskConfig, process.env)));
