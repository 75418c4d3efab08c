import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimPort } from '../tools/infra/ports.mjs';
import { DASHBOARDS } from '../tools/cluster/dashboards.mjs';
import { eventually, Platform } from './platform.js';

const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;
if (!hasPrometheus) console.warn('NOT TESTED: dashboards on a real Prometheus, which is not on this machine.');

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly unknown[] };
}

(hasPrometheus ? describe : describe.skip)('dashboards, by a Prometheus that reads the running services', () => {
  const platform = new Platform();
  let folder: string;
  let prometheus: ChildProcess;
  let url: string;

  const ask = async (query: string): Promise<Answer> =>
    (await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`)).json() as Promise<Answer>;
  const countOf = async (query: string): Promise<number> => (await ask(query)).data?.result.length ?? 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
    const metrics = Object.entries(platform.running.addresses.metrics);
    const jobs = metrics.map(([name, address]) => ({ job_name: name, static_configs: [{ targets: [address] }] }));
    // JSON is YAML.
    const config = { global: { scrape_interval: '1s' }, scrape_configs: jobs };
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const listen = `127.0.0.1:${await claimPort('Prometheus', 0)}`;
    url = `http://${listen}`;
    prometheus = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${listen}`,
      ],
      { stdio: 'ignore' },
    );
    await eventually('all services to be read', async () =>
      (await countOf('up == 1').catch(() => 0)) === metrics.length ? true : undefined,
    );
    // Something to show: one order, and two readings after it.
    const person = await platform.register('dashboards');
    const terminal = await platform.terminal(person);
    const order = await platform.order(person);
    await terminal.pay(order.id, { card: 'visa-no-pin' });
    await platform.orderIn(order.id, 'paid');
    const settled = 'rate(openswipe_transactions_concluded_total{status="settled"}[5m])';
    await eventually('the payment to be read', async () => ((await countOf(settled)) > 0 ? true : undefined));
  });

  afterAll(async () => {
    if (prometheus?.exitCode === null) {
      prometheus.kill('SIGTERM');
      await once(prometheus, 'exit');
    }
    if (folder) await rm(folder, { recursive: true });
  });

  const panels = Object.entries(DASHBOARDS).flatMap(([name, dashboard]) =>
    dashboard.panels.flatMap(({ title, series, quiet }) =>
      series.map(([, query]) => ({ panel: `${name}: ${title}`, query, quiet })),
    ),
  );

  it.each(panels)('$panel', async ({ query, quiet }) => {
    if (quiet) expect(await ask(query)).toMatchObject({ status: 'success' });
    else await eventually(query, async () => ((await countOf(query)) > 0 ? true : undefined));
  });
});
