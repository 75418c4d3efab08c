import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ROOT } from '../command.mjs';

// Kubernetes objects are read by path, and the API server checks their shape.
/* eslint-disable @typescript-eslint/no-explicit-any */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Record<string, string>; readonly annotations?: any };
  readonly [field: string]: any;
}

const CLUSTER_BIN = join(process.env['CLUSTER_HOME'] ?? '/var/lib/openswipe-cluster', 'bin');
const env = { ...process.env, PATH: [process.env['PATH'], CLUSTER_BIN].join(delimiter) };

export const hasHelm = spawnSync('helm', ['version'], { env }).status === 0;
if (!hasHelm) {
  const sentence = 'helm is not on this machine: the charts are checked by `npm run cluster:test` only.';
  if (process.env['HELM_REQUIRED']) throw new Error(sentence);
  console.warn(sentence);
}

export const SERVICES = ['gateway', 'orders', 'transactions', 'risk', 'ledger', 'accounts'] as const;

const LEAST = ['--set', 'global.publicUrl=https://pay.example', '--set', 'global.kafka.brokers=kafka:9092'];

/** Output and complaint of `helm template`. */
export function template(chart: string, args: readonly string[]): { ok: boolean; output: string; complaint: string } {
  const chartPath = join(ROOT, 'charts', chart);
  const helm = spawnSync('helm', ['template', 'shop', chartPath, '--namespace', 'pay', ...args], {
    env,
    encoding: 'utf8',
  });
  return { ok: helm.status === 0, output: helm.stdout, complaint: helm.stderr };
}

/** What the chart makes, as objects; `set` is what follows each `--set`. */
export function render(set: readonly string[] = [], chart = 'openswipe'): Manifest[] {
  const least = chart === 'openswipe' ? LEAST : [];
  const { ok, output, complaint } = template(chart, [...least, ...set.flatMap((one) => ['--set', one])]);
  if (!ok) throw new Error(complaint);
  return parseAllDocuments(output)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

export const ofKind = (manifests: readonly Manifest[], kind: string): Manifest[] =>
  manifests.filter((manifest) => manifest.kind === kind);

export const named = (manifests: readonly Manifest[], kind: string, name: string): Manifest => {
  const found = ofKind(manifests, kind).find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`the chart makes no ${kind} ${name}`);
  return found;
};

/** Pod specs of everything that runs: Deployments, StatefulSets, Jobs and bare Pods. */
export const podsOf = (manifests: readonly Manifest[]): { name: string; spec: any }[] =>
  manifests
    .filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job', 'Pod'].includes(kind))
    .map(({ kind, metadata, spec }) => ({ name: metadata.name, spec: kind === 'Pod' ? spec : spec.template.spec }));
