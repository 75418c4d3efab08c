import { loadConfig, runService } from '@openswipe/service-kit';
import { transactionsConfig } from './config.js';
import { options } from './transactions.module.js';

await runService(() => options(loadConfig(transactionsConfig, process.env)));
