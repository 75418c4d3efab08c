import { loadConfig, runService } from '@openswipe/service-kit';
import { options } from './accounts.module.js';
import { accountsConfig } from './config.js';

await runService(() => options(loadConfig(accountsConfig, process.env)));
