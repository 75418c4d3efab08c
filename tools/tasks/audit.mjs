import { findRunning } from '../stack/running.mjs';

/** Checks the promises about money on the running stack; JSON on standard output, exit code 1 where one is broken. */
export default async () => {
  const { mongoUrl, prefix } = findRunning();
  const { audit } = await import('../stack/audit.mjs');
  const report = await audit({ mongoUrl, prefix });
  console.log(JSON.stringify(report, null, 2));
  return report.ok ? 0 : 1;
};
