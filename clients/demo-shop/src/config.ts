/** What the shop needs; it has no other way to the platform than the public merchant API. */
export interface ShopConfig {
  readonly host: string;
  readonly port: number;
  /** Where browsers reach the shop. */
  readonly publicUrl: string;
  readonly openswipeUrl: string;
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Purchases and received webhooks are kept here. */
  readonly dataDir: string;
}

/** Throws a sentence that names the missing variable. */
export function loadShopConfig(environment: NodeJS.ProcessEnv): ShopConfig {
  const need = (name: string): string => {
    const value = environment[name];
    if (!value) throw new Error(`The demo shop needs the environment variable ${name}.`);
    return value;
  };
  const listen = new URL(`http://${need('SHOP_LISTEN')}`);
  return {
    host: listen.hostname,
    port: Number(listen.port || 80),
    publicUrl: need('SHOP_PUBLIC_URL'),
    openswipeUrl: need('OPENSWIPE_URL'),
    secretKey: need('OPENSWIPE_SECRET_KEY'),
    webhookSecret: need('OPENSWIPE_WEBHOOK_SECRET'),
    dataDir: need('SHOP_DATA_DIR'),
  };
}
