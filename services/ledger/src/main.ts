import { loadConfig, runService } from '@openswipe/service-kit';
import { ledgerConfig } from './config.js';
import { options } from './ledger.module.js';

await runService(() => options(loadConfig(ledgerConfig, process.env)));
