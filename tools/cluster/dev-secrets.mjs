import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSecrets } from '../stack/secrets.mjs';

/** @param {string} name @param {Record<string, string>} stringData */
const secret = (name, stringData) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: `openswipe-${name}` },
  stringData,
});

/**
 * Fresh keys of a development installation, as the Secrets that the chart names by default.
 * @param {{ mongoUrl: string, smtpUrl: string }} where
 */
export const devSecrets = async ({ mongoUrl, smtpUrl }) => {
  const folder = mkdtempSync(join(tmpdir(), 'openswipe-secrets-'));
  try {
    const { accounts, ...others } = await loadSecrets(folder);
    const secrets = { mongo: { MONGO_URL: mongoUrl }, accounts: { ...accounts, SMTP_URL: smtpUrl }, ...others };
    return { apiVersion: 'v1', kind: 'List', items: Object.entries(secrets).map(([name, data]) => secret(name, data)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** After `npm run build`: `node tools/cluster/dev-secrets.mjs MONGO_URL [SMTP_URL] | kubectl create --filename -` */
const main = async () => {
  const [mongoUrl, smtpUrl = 'smtp://127.0.0.1:25'] = process.argv.slice(2);
  if (!mongoUrl) throw new Error('Usage: node tools/cluster/dev-secrets.mjs MONGO_URL [SMTP_URL]');
  console.log(JSON.stringify(await devSecrets({ mongoUrl, smtpUrl }), null, 2));
};

if (import.meta.main) await main();
