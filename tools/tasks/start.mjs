import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startInfra } from '../infra/index.mjs';
import { STACK_DIR, announce, retract } from '../stack/running.mjs';
import { build } from './build.mjs';

/** Fixed, so that bookmarks and the data directory stay good; each can be chosen by its environment variable. */
const PORTS = {
  gateway: Number(process.env['GATEWAY_PORT'] ?? 8080),
  shop: Number(process.env['SHOP_PORT'] ?? 8081),
  kafka: Number(process.env['KAFKA_PORT'] ?? 29092),
  database: Number(process.env['DATABASE_PORT'] ?? 29017),
};

const say = (/** @type {string} */ sentence) => console.log(sentence);

/** Resolves when somebody wants the end or a part has failed; gives the exit code. */
const untilTheEnd = () => {
  /** @type {(code: number) => void} */
  let end = () => undefined;
  const ended = new Promise((/** @type {(code: number) => void} */ resolve) => (end = resolve));
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, () => end(0));
  const onProblem = (/** @type {Error} */ problem) => {
    console.error(problem.message);
    end(1);
  };
  return { ended, onProblem };
};

/** @param {import('../stack/stack.mjs').Stack} stack */
const furnish = async (stack) => {
  // Imported late: these read what the build above makes.
  const { HOLDERS, seedHolders, seedMerchant } = await import('../stack/seed.mjs');
  const { payDemoOrder } = await import('../stack/demo-payment.mjs');
  say('Seeding a merchant and two account holders with enrolled terminals.');
  const { merchant } = await seedMerchant(stack);
  const shopUrl = await stack.startShop(merchant);
  const { shopper } = await seedHolders(stack);
  say('Paying one demo order with the simulated reader.');
  const { url } = stack;
  const order = await payDemoOrder({ url, shopUrl, secretKey: merchant.secretKey, terminal: shopper });
  return { order, shopUrl, holders: HOLDERS };
};

/** @param {string} url @param {Awaited<ReturnType<typeof furnish>>} furnished @param {string} mailPage */
const welcome = (url, { order, shopUrl, holders }, mailPage) =>
  say(`
Openswipe is running. Paid demo order: ${order.id} (${order.history.map(({ status }) => status).join(' → ')}).

  Demo shop       ${shopUrl}/
  Web terminal    ${url}/terminal/
  API             ${url}/openapi.json
  Bills, codes    ${mailPage}

  Pays            ${holders.shopper.email}   password ${holders.shopper.password}
  Collects        ${holders.seller.email}    password ${holders.seller.password}

Buy something in the shop, name the paying account at the checkout, and swipe in the terminal. Choose the simulated
reader there; its deck of test cards shows each PIN. More: npm run demo, npm run ship, npm run audit. Ctrl-C ends it.`);

/** Everything on this machine, in the foreground, until Ctrl-C. */
export default async () => {
  const { ended, onProblem } = untilTheEnd();
  mkdirSync(STACK_DIR, { recursive: true });
  const infraOptions = { dataDir: join(STACK_DIR, 'infra'), kafkaPort: PORTS.kafka, databasePort: PORTS.database };
  const [built, started] = await Promise.allSettled([
    build(),
    startInfra({ ...infraOptions, onProgress: say, onProblem }),
  ]);
  if (started.status === 'rejected') throw started.reason;
  const infra = started.value;
  if (built.status === 'rejected' || !built.value.ok) {
    await infra.stop();
    return 1;
  }
  /** @type {import('../stack/stack.mjs').Stack | undefined} */
  let stack;
  try {
    const { startStack } = await import('../stack/stack.mjs');
    const { kafkaBrokers, mongoUrl } = infra;
    const ports = { gatewayPort: PORTS.gateway, shopPort: PORTS.shop };
    stack = await startStack({ dataDir: STACK_DIR, kafkaBrokers, mongoUrl, ...ports, onProgress: say, onProblem });
    const furnished = await furnish(stack);
    const { addresses, prefix } = stack.installation;
    const { url } = stack;
    const where = { dataDir: STACK_DIR, kafkaBrokers, mongoUrl, prefix, addresses };
    announce({ pid: process.pid, url, shopUrl: furnished.shopUrl, ...where });
    welcome(url, furnished, stack.mailPage);
    return await ended;
  } finally {
    say('Stopping.');
    retract();
    await stack?.stop();
    await infra.stop();
  }
};
