import { loadShopConfig } from './config.js';
import { Journal } from './journal.js';
import { Shop } from './shop.js';

try {
  const config = loadShopConfig(process.env);
  const app = await new Shop(config, await new Journal(config.dataDir).open()).build();
  await app.listen({ host: config.host, port: config.port });
  process.stdout.write(`the shop is open at ${config.publicUrl}\n`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void app.close().then(() => process.exit(0)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
