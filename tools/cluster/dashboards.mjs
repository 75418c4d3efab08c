import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../command.mjs';

/**
 * @typedef {object} Panel
 * @property {string} title
 * @property {string} unit of Grafana, e.g. s, short, percentunit
 * @property {readonly (readonly [legend: string, query: string])[]} series
 * @property {boolean} [quiet] there may be nothing to show on a healthy platform
 */

const FOLDER = join(ROOT, 'charts', 'openswipe', 'files', 'dashboards');

const rate = (/** @type {string} */ series, by = '') => `sum${by && ` by (${by})`} (rate(${series}[5m]))`;
const p99 = (/** @type {string} */ histogram, /** @type {string} */ by) =>
  `histogram_quantile(0.99, sum by (le, ${by}) (rate(${histogram}_bucket[5m])))`;

/** Name of the file → title and panels, in rows of two. @type {Record<string, { title: string, panels: Panel[] }>} */
export const DASHBOARDS = {
  payments: {
    title: 'Openswipe: payments',
    panels: [
      {
        title: 'Orders by the status they came into, per second',
        unit: 'reqps',
        series: [['{{status}}', rate('openswipe_orders_changed_total', 'status')]],
      },
      {
        title: 'Transactions by how they ended, per second',
        unit: 'reqps',
        series: [['{{status}}', rate('openswipe_transactions_concluded_total', 'status')]],
      },
      {
        title: 'Why transactions did not settle',
        unit: 'reqps',
        quiet: true,
        series: [['{{reason}}', rate('openswipe_transactions_concluded_total{reason!=""}', 'reason')]],
      },
      {
        title: 'Transactions by reader',
        unit: 'reqps',
        series: [
          ['{{reader_kind}} {{entry_mode}}', rate('openswipe_transactions_concluded_total', 'reader_kind, entry_mode')],
        ],
      },
      {
        title: 'Age of the oldest transaction without an outcome',
        unit: 's',
        series: [['oldest', 'max(openswipe_transactions_unknown_oldest_seconds)']],
      },
      {
        title: 'Ledger imbalance (must be 0)',
        unit: 'short',
        series: [['{{currency}}', 'max by (currency) (abs(openswipe_ledger_imbalance_minor))']],
      },
      {
        title: 'Webhooks, e-mails and messages tried, per second',
        unit: 'reqps',
        series: [['{{channel}} {{outcome}}', rate('openswipe_deliveries_tried_total', 'channel, outcome')]],
      },
      {
        title: 'How long the oldest one has been on its way',
        unit: 's',
        series: [['{{channel}}', 'max by (channel) (openswipe_deliveries_oldest_seconds)']],
      },
    ],
  },
  services: {
    title: 'Openswipe: services',
    panels: [
      {
        title: 'HTTP requests by route, per second',
        unit: 'reqps',
        series: [
          [
            '{{method}} {{route}}',
            rate('openswipe_http_request_duration_seconds_count{job="gateway"}', 'method, route'),
          ],
        ],
      },
      {
        title: 'HTTP p99 by route',
        unit: 's',
        series: [['{{route}}', p99('openswipe_http_request_duration_seconds', 'route')]],
      },
      {
        title: 'Failed HTTP requests',
        unit: 'reqps',
        quiet: true,
        series: [
          [
            '{{route}} {{status}}',
            rate('openswipe_http_request_duration_seconds_count{status=~"5.."}', 'route, status'),
          ],
        ],
      },
      {
        title: 'gRPC calls by outcome, per second',
        unit: 'reqps',
        series: [['{{job}} {{outcome}}', rate('openswipe_grpc_call_duration_seconds_count', 'job, outcome')]],
      },
      {
        title: 'gRPC p99',
        unit: 's',
        series: [['{{job}} {{method}}', p99('openswipe_grpc_call_duration_seconds', 'job, method')]],
      },
      {
        title: 'Records consumed, per second',
        unit: 'reqps',
        series: [['{{job}} {{topic}}', rate('openswipe_kafka_records_consumed_total', 'job, topic')]],
      },
      {
        title: 'Consumer lag',
        unit: 'short',
        series: [['{{job}} {{topic}}', 'max by (job, topic) (openswipe_kafka_consumer_lag_records)']],
      },
      {
        title: 'Batch p99',
        unit: 's',
        series: [['{{job}} {{topic}}', p99('openswipe_kafka_batch_duration_seconds', 'job, topic')]],
      },
      {
        title: 'Dead letters',
        unit: 'short',
        quiet: true,
        series: [['{{job}} {{topic}}', 'sum by (job, topic) (increase(openswipe_kafka_dead_letters_total[1h]))']],
      },
      {
        title: 'Oldest unpublished event',
        unit: 's',
        series: [['{{job}} {{collection}}', 'max by (job, collection) (openswipe_outbox_oldest_seconds)']],
      },
      { title: 'Open event streams', unit: 'short', series: [['{{instance}}', 'openswipe_gateway_event_streams']] },
      {
        title: 'Processor time',
        unit: 'percentunit',
        series: [
          [
            '{{job}}',
            rate('process_cpu_seconds_total{job=~"gateway|orders|transactions|risk|ledger|accounts"}', 'job'),
          ],
        ],
      },
      {
        title: 'Memory',
        unit: 'bytes',
        series: [
          ['{{instance}}', 'process_resident_memory_bytes{job=~"gateway|orders|transactions|risk|ledger|accounts"}'],
        ],
      },
      { title: 'Event loop p99', unit: 's', series: [['{{instance}}', 'nodejs_eventloop_lag_p99_seconds']] },
    ],
  },
};

const datasource = { type: 'prometheus', uid: '${datasource}' };

/** @param {Panel} panel @param {number} index */
const toPanel = ({ title, unit, series }, index) => ({
  id: index + 1,
  type: 'timeseries',
  title,
  datasource,
  gridPos: { h: 8, w: 12, x: (index % 2) * 12, y: Math.floor(index / 2) * 8 },
  fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
  targets: series.map(([legendFormat, expr], i) => ({
    refId: String.fromCharCode(65 + i),
    datasource,
    expr,
    legendFormat,
  })),
});

/** Grafana's dashboard JSON. @param {string} name */
export const toText = (name) => {
  const { title = '', panels = [] } = DASHBOARDS[name] ?? {};
  const dashboard = {
    uid: `openswipe-${name}`,
    title,
    tags: ['openswipe'],
    schemaVersion: 39,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus' }] },
    panels: panels.map(toPanel),
  };
  return `${JSON.stringify(dashboard)}\n`;
};

/** @param {string} name */
export const fileOf = (name) => join(FOLDER, `${name}.json`);

/** `node tools/cluster/dashboards.mjs` writes the files; with --check it only says whether they are current. */
const main = () => {
  for (const name of Object.keys(DASHBOARDS)) {
    if (!process.argv.includes('--check')) writeFileSync(fileOf(name), toText(name));
    else if (readFileSync(fileOf(name), 'utf8') !== toText(name)) {
      console.error(`${fileOf(name)} is not current: run node tools/cluster/dashboards.mjs.`);
      process.exitCode = 1;
    }
  }
};

if (import.meta.main) main();
