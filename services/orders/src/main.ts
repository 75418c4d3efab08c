import { loadConfig, runService } from '@openswipe/service-kit';
import { ordersConfig } from './config.js';
import { options } from './orders.module.js';

await runService(() => options(loadConfig(ordersConfig, process.env)));
