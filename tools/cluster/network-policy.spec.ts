import { describe, expect, it } from '@jest/globals';
import { SERVICES, hasHelm, named, ofKind, render, type Manifest } from './rendered-chart.js';

/** Caller → callees by gRPC: docs/ARCHITECTURE.md, and the test pod, which makes a merchant. */
const CALLS: Record<string, string[]> = {
  gateway: ['accounts', 'orders', 'risk', 'transactions'],
  orders: [],
  transactions: ['accounts', 'orders', 'risk'],
  risk: [],
  ledger: ['accounts'],
  accounts: ['risk', 'transactions'],
  'paid-order': ['accounts'],
};

const COMPONENT = 'app.kubernetes.io/component';

interface Rule {
  readonly ports: readonly { readonly port: number | string }[];
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
}
interface Peer {
  readonly podSelector?: { readonly matchLabels: Record<string, string> };
}

const policy = (chart: readonly Manifest[], name: string): { ingress: Rule[]; egress: Rule[] } =>
  named(chart, 'NetworkPolicy', `shop-${name}`).spec;

const componentsBehind = (rules: readonly Rule[], port: string, side: 'from' | 'to'): string[] =>
  rules
    .filter(({ ports }) => ports.some((one) => one.port === port))
    .flatMap((rule) => rule[side] ?? [])
    .map(({ podSelector }) => podSelector?.matchLabels[COMPONENT] ?? 'anybody')
    .sort();

const suite = hasHelm ? describe : describe.skip;

suite('network policies', () => {
  const chart = hasHelm ? render() : [];

  it('deny every pod of the release everything by default', () => {
    const { podSelector, policyTypes, ingress, egress } = named(chart, 'NetworkPolicy', 'shop-default-deny').spec;
    expect(podSelector.matchLabels).toEqual({
      'app.kubernetes.io/name': 'openswipe',
      'app.kubernetes.io/instance': 'shop',
    });
    expect({ policyTypes, ingress, egress }).toEqual({ policyTypes: ['Ingress', 'Egress'] });
  });

  it.each(Object.keys(CALLS))('let %s call whom it must and nobody else', (caller) => {
    expect(componentsBehind(policy(chart, caller).egress, 'grpc', 'to')).toEqual(CALLS[caller]);
  });

  it.each(SERVICES)('let %s be called by those who call it and nobody else', (callee) => {
    const callers = Object.keys(CALLS).filter((caller) => CALLS[caller]?.includes(callee));
    expect(componentsBehind(policy(chart, callee).ingress, 'grpc', 'from')).toEqual(callers.sort());
  });

  it.each(SERVICES)('tell %s the addresses of those whom it may call, and no others', (service) => {
    const addresses = Object.keys(named(chart, 'ConfigMap', `shop-${service}`)['data'])
      .filter((name) => name.endsWith('_ADDRESS'))
      .map((name) => name.replace('_ADDRESS', '').toLowerCase());
    expect(addresses.sort()).toEqual(CALLS[service]);
  });

  it('open HTTP of the gateway alone', () => {
    const open = SERVICES.filter((service) =>
      policy(chart, service).ingress.some(({ ports }) => ports.some(({ port }) => port === 'http')),
    );
    expect(open).toEqual(['gateway']);
  });

  it('let the test pod in beside the ingress that a value names', () => {
    const [http] = policy(
      render(['gateway.networkPolicy.httpFrom[0].podSelector.matchLabels.edge=yes']),
      'gateway',
    ).ingress;
    expect(http?.from?.map(({ podSelector }) => podSelector?.matchLabels)).toEqual([
      { edge: 'yes' },
      expect.objectContaining({ [COMPONENT]: 'paid-order' }),
    ]);
  });

  it.each(SERVICES)('let %s reach name servers and broker, and the database where it has one', (service) => {
    const ports = policy(chart, service).egress.flatMap((rule) => rule.ports.map(({ port }) => port));
    expect(ports).toEqual(expect.arrayContaining([53, 9092]));
    expect(ports.includes(27017)).toBe(service !== 'gateway');
  });

  it('let accounts alone out to mail servers and shops, and to no private address by web ports', () => {
    const leaving = SERVICES.filter((service) =>
      policy(chart, service).egress.some(({ ports }) => ports.some(({ port }) => port === 443 || port === 587)),
    );
    expect(leaving).toEqual(['accounts']);
    const web = policy(chart, 'accounts').egress.find(({ ports }) => ports.some(({ port }) => port === 443));
    expect(web?.to).toContainEqual({
      ipBlock: { cidr: '0.0.0.0/0', except: expect.arrayContaining(['10.0.0.0/8', '169.254.0.0/16']) },
    });
  });

  it('go away together where a value says so', () => {
    expect(ofKind(render(['global.networkPolicy.enabled=false']), 'NetworkPolicy')).toEqual([]);
  });
});
