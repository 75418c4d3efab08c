import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../command.mjs';
import { DASHBOARDS, fileOf, toText } from './dashboards.mjs';
import { SERVICES, hasHelm, named, ofKind, render, type Manifest } from './rendered-chart.js';

const ALERTS = join(ROOT, 'charts', 'openswipe', 'files', 'alerts.yaml');
const SCRAPED = ['global.monitoring.serviceMonitor.enabled=true'];

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly runbook: string };
}

const alerts = (parse(readFileSync(ALERTS, 'utf8')) as { groups: { rules: Alert[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);
const queries = [
  ...alerts.map(({ expr }) => expr),
  ...Object.values(DASHBOARDS).flatMap(({ panels }) =>
    panels.flatMap(({ series }) => series.map(([, query]) => query)),
  ),
];

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool) console.warn('NOT TESTED: alerts by promtool, which is not on this machine (Debian: prometheus).');

const promtool = (...args: string[]) => spawnSync('promtool', args, { cwd: import.meta.dirname, encoding: 'utf8' });

describe('alerts', () => {
  it('have a runbook each, and no runbook is left over', () => {
    const headings = readFileSync(join(ROOT, 'docs', 'RUNBOOKS.md'), 'utf8').match(/(?<=^## ).+$/gm);
    expect(headings).toEqual(alerts.map(({ alert }) => alert));
    for (const { alert, annotations } of alerts)
      expect(annotations.runbook).toBe(`docs/RUNBOOKS.md#${alert.toLowerCase()}`);
  });

  (hasPromtool ? it : it.skip)('are valid, and each fires on its own trouble alone', () => {
    expect(promtool('check', 'rules', ALERTS)).toMatchObject({ status: 0 });
    const { status, stdout, stderr } = promtool('test', 'rules', 'alerts.test.yaml');
    expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
    const tested = readFileSync(join(import.meta.dirname, 'alerts.test.yaml'), 'utf8');
    for (const { alert } of alerts) expect(tested.split(`alertname: ${alert}`).length - 1).toBe(2);
  });

  it('and dashboards ask for nothing that no service measures', () => {
    const sources = globSync(join(ROOT, '{services,packages}/*/src/**/*.ts')).map((file) => readFileSync(file, 'utf8'));
    const measured = new Set(sources.flatMap((source) => source.match(/(?<=')openswipe_[a-z_]+(?=')/g) ?? []));
    const asked = queries.flatMap((query) => query.match(/openswipe_[a-z_]+/g) ?? []);
    const bare = asked.map((name) => name.replace(/(?<=_seconds)_(bucket|count|sum)$/, ''));
    expect([...new Set(bare)].filter((name) => !measured.has(name))).toEqual([]);
  });
});

describe('dashboards', () => {
  it.each(Object.keys(DASHBOARDS))('%s is current (node tools/cluster/dashboards.mjs writes it)', (name) => {
    expect(readFileSync(fileOf(name), 'utf8')).toBe(toText(name));
  });
});

(hasHelm ? describe : describe.skip)('monitoring by the chart', () => {
  const metricsRule = (chart: readonly Manifest[]) =>
    named(chart, 'NetworkPolicy', 'shop-orders').spec.ingress.find((rule: { ports: { port: string }[] }) =>
      rule.ports.some(({ port }) => port === 'metrics'),
    );

  it('makes nothing and opens nothing unless a value says so', () => {
    const chart = render();
    expect(chart.filter(({ apiVersion }) => apiVersion.startsWith('monitoring.coreos.com'))).toEqual([]);
    expect(ofKind(chart, 'ConfigMap').map(({ metadata }) => metadata.name)).not.toContain('shop-dashboards');
    expect(metricsRule(chart)).toBeUndefined();
    expect(ofKind(chart, 'Service').filter(({ metadata }) => metadata.name.endsWith('-metrics'))).toEqual([]);
  });

  it.each(SERVICES)('finds the metrics of %s, by a Service that nobody else uses', (service) => {
    const chart = render(SCRAPED);
    const found = named(chart, 'Service', `shop-${service}-metrics`);
    const monitor = named(chart, 'ServiceMonitor', 'shop');
    expect(found.metadata.labels).toMatchObject(monitor.spec.selector.matchLabels);
    expect(found.metadata.labels['app.kubernetes.io/component']).toBe(service);
    expect(found.spec.ports).toEqual([{ name: monitor.spec.endpoints[0].port, port: 9090, targetPort: 'metrics' }]);
    expect(named(chart, 'ConfigMap', `shop-${service}`)['data'].METRICS_LISTEN).toBe('0.0.0.0:9090');
    const others = ofKind(chart, 'Service').filter(({ metadata }) => !metadata.name.endsWith('-metrics'));
    expect(others.flatMap(({ spec }) => spec.ports).map(({ name }) => name)).not.toContain('metrics');
  });

  it('lets those in who are named, or anybody in the cluster', () => {
    expect(metricsRule(render(SCRAPED))).toEqual({ ports: [{ port: 'metrics' }] });
    const peer = 'global.monitoring.from[0].namespaceSelector.matchLabels.name=monitoring';
    expect(metricsRule(render([...SCRAPED, peer])).from).toEqual([
      { namespaceSelector: { matchLabels: { name: 'monitoring' } } },
    ]);
  });

  it('carries alerts and dashboards as they are, with the labels that operators look for', () => {
    const chart = render([
      'global.monitoring.alerts.enabled=true',
      'global.monitoring.alerts.labels.release=prometheus',
      'global.monitoring.dashboards.enabled=true',
    ]);
    const rule = named(chart, 'PrometheusRule', 'shop');
    expect(rule.spec).toEqual(parse(readFileSync(ALERTS, 'utf8')));
    expect(rule.metadata.labels['release']).toBe('prometheus');
    const { metadata, data } = named(chart, 'ConfigMap', 'shop-dashboards');
    expect(metadata.labels['grafana_dashboard']).toBe('1');
    expect(data).toEqual(Object.fromEntries(Object.keys(DASHBOARDS).map((name) => [`${name}.json`, toText(name)])));
  });
});
