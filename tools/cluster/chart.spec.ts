import { describe, expect, it } from '@jest/globals';
import { accountsConfig } from '../../services/accounts/src/config.js';
import { gatewayConfig } from '../../services/gateway/src/config.js';
import { ledgerConfig } from '../../services/ledger/src/config.js';
import { ordersConfig } from '../../services/orders/src/config.js';
import { riskConfig } from '../../services/risk/src/config.js';
import { transactionsConfig } from '../../services/transactions/src/config.js';
import { SERVICES, hasHelm, named, ofKind, podsOf, render, template } from './rendered-chart.js';

const CONFIGS = {
  gateway: gatewayConfig,
  orders: ordersConfig,
  transactions: transactionsConfig,
  risk: riskConfig,
  ledger: ledgerConfig,
  accounts: accountsConfig,
};

/** What a service may need to end (packages/service-kit/src/run-service.ts). */
const SHUTDOWN_LIMIT_SECONDS = 20;

const suite = hasHelm ? describe : describe.skip;

suite('the chart', () => {
  const chart = hasHelm ? render() : [];

  it.each(SERVICES)('makes everything that %s needs, under one name', (service) => {
    for (const kind of ['Deployment', 'Service', 'ServiceAccount', 'ConfigMap', 'PodDisruptionBudget', 'NetworkPolicy'])
      expect(named(chart, kind, `shop-${service}`).metadata.labels['app.kubernetes.io/component']).toBe(service);
    const { selector, template: pod } = named(chart, 'Deployment', `shop-${service}`).spec;
    expect(pod.metadata.labels).toMatchObject(selector.matchLabels);
    expect(named(chart, 'Service', `shop-${service}`).spec.selector).toEqual(selector.matchLabels);
    expect(named(chart, 'PodDisruptionBudget', `shop-${service}`).spec.selector).toEqual(selector);
  });

  it.each(SERVICES)('gives %s every variable that it needs and none that it does not know', (service) => {
    const [container] = named(chart, 'Deployment', `shop-${service}`).spec.template.spec.containers;
    const fromSecrets = (container.env ?? []).map(({ name }: { name: string }) => name);
    const given = [...Object.keys(named(chart, 'ConfigMap', `shop-${service}`)['data']), ...fromSecrets];
    const shape = CONFIGS[service].shape as Record<string, { safeParse(value: unknown): { success: boolean } }>;
    const needed = Object.keys(shape).filter((name) => !shape[name]?.safeParse(undefined).success);
    expect(given).toEqual(expect.arrayContaining(needed));
    expect(given.filter((name) => !(name in shape))).toEqual(['NODE_ENV']);
    expect(new Set(given).size).toBe(given.length);
  });

  it.each(SERVICES)('gives %s values in a form that it reads', (service) => {
    const data = named(chart, 'ConfigMap', `shop-${service}`)['data'] as Record<string, string>;
    const shape = CONFIGS[service].shape as Record<string, { safeParse(value: unknown): { success: boolean } }>;
    for (const [name, value] of Object.entries(data))
      if (name !== 'NODE_ENV') expect({ name, ok: shape[name]?.safeParse(value).success }).toEqual({ name, ok: true });
  });

  it('keeps secrets out: it makes no Secret, and each is named by reference', () => {
    expect(ofKind(chart, 'Secret')).toEqual([]);
    const [{ env }] = named(chart, 'Deployment', 'shop-risk').spec.template.spec.containers;
    expect(env).toContainEqual({
      name: 'MASTER_KEY',
      valueFrom: { secretKeyRef: { name: 'openswipe-risk', key: 'MASTER_KEY' } },
    });
  });

  it.each(SERVICES)('replaces pods of %s without a gap', (service) => {
    const { spec } = named(chart, 'Deployment', `shop-${service}`);
    expect(spec.replicas).toBeGreaterThan(1);
    expect(spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    const { terminationGracePeriodSeconds, containers } = spec.template.spec;
    const { lifecycle, readinessProbe, livenessProbe, startupProbe } = containers[0];
    const preStop = lifecycle.preStop.sleep.seconds;
    expect(terminationGracePeriodSeconds).toBeGreaterThan(preStop + SHUTDOWN_LIMIT_SECONDS);
    for (const probe of [readinessProbe, startupProbe]) expect(probe.httpGet.path).toBe('/health/ready');
    expect(livenessProbe.httpGet.path).toBe('/health/live');
  });

  it('prepares topics and indexes of each service with a store before its pods, with the same variables', () => {
    const jobs = ofKind(chart, 'Job');
    expect(jobs.map(({ metadata }) => metadata.labels['app.kubernetes.io/component']).sort()).toEqual(
      SERVICES.filter((service) => service !== 'gateway').sort(),
    );
    for (const { metadata, spec } of jobs) {
      expect(metadata.annotations['helm.sh/hook']).toBe('pre-install,pre-upgrade');
      const service = named(chart, 'Deployment', metadata.name.replace('-prepare', ''));
      const [running] = service.spec.template.spec.containers;
      const [preparing] = spec.template.spec.containers;
      expect({ ...preparing, env: 0, args: 0 }).toEqual({ ...preparing, image: running.image, env: 0, args: 0 });
      expect(preparing.args).toEqual(['prepare']);
      const names = preparing.env.map(({ name }: { name: string }) => name).sort();
      const data = Object.keys(named(chart, 'ConfigMap', service.metadata.name)['data']);
      expect(names).toEqual([...data, ...running.env.map(({ name }: { name: string }) => name)].sort());
    }
    expect(ofKind(render(['orders.prepare=false']), 'Job')).toHaveLength(jobs.length - 1);
  });

  it('spreads pods of one version over zones and hosts', () => {
    const { topologySpreadConstraints } = named(chart, 'Deployment', 'shop-orders').spec.template.spec;
    const keys = topologySpreadConstraints.map(({ topologyKey }: { topologyKey: string }) => topologyKey);
    expect(keys).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname']);
  });

  it('restarts the pods of a service whose configuration changes, and no others', () => {
    const changed = render(['orders.config.EXPIRY_INTERVAL_SECONDS=9']);
    const sum = (manifests: typeof chart, service: string): string =>
      named(manifests, 'Deployment', `shop-${service}`).spec.template.metadata.annotations['checksum/config'];
    expect(sum(changed, 'orders')).not.toBe(sum(chart, 'orders'));
    expect(sum(changed, 'risk')).toBe(sum(chart, 'risk'));
  });

  it.each([
    ['none', [], true],
    ['hpa', ['HorizontalPodAutoscaler'], false],
    ['keda', ['ScaledObject'], false],
  ])('scales by one master at most: %s', (kind, made, fixed) => {
    const scaled = render([`orders.autoscaling.kind=${kind}`]);
    const scalers = scaled.filter((manifest) => /HorizontalPodAutoscaler|ScaledObject/.test(manifest.kind));
    expect(scalers.map((manifest) => manifest.kind)).toEqual(made);
    expect('replicas' in named(scaled, 'Deployment', 'shop-orders').spec).toBe(fixed);
  });

  it('opens the way in by HTTPRoute or Ingress only where a value says so', () => {
    const ways = (manifests: typeof chart): string[] =>
      manifests.filter(({ kind }) => /HTTPRoute|Ingress$/.test(kind)).map(({ kind }) => kind);
    expect(ways(chart)).toEqual([]);
    const opened = ['httpRoute.enabled=true', 'httpRoute.parentRefs[0].name=edge'];
    expect(ways(render([...opened, 'ingress.enabled=true', 'ingress.hosts[0]=pay.example'])).sort()).toEqual([
      'HTTPRoute',
      'Ingress',
    ]);
  });

  it.each([
    ['no public address', ['--set', 'global.kafka.brokers=kafka:9092'], /publicUrl/],
    ['a public address with a path', ['--set', 'global.publicUrl=https://pay.example/x'], /publicUrl/],
    ['a misspelt value of a service', ['--set', 'orders.replica=3'], /replica/],
    ['a misspelt value of all', ['--set', 'global.kafka.broker=x:1'], /broker/],
    ['secret keys without a name', ['--set', 'risk.secret.name='], /secret/],
    ['lag scaling of what consumes no group', ['--set', 'gateway.autoscaling.kind=keda'], /autoscaling/],
  ])('refuses %s', (_, args, complaint) => {
    const least = args.some((arg) => arg.includes('publicUrl')) || args.some((arg) => arg.includes('brokers='));
    const given = least
      ? args
      : ['--set', 'global.publicUrl=https://pay.example', '--set', 'global.kafka.brokers=kafka:9092', ...args];
    const answer = template('openswipe', given);
    expect(answer.ok).toBe(false);
    expect(answer.complaint).toMatch(complaint);
  });
});

suite.each(['openswipe', 'dev-deps'])('pods of charts/%s', (name) => {
  const pods = hasHelm ? podsOf(render([], name)) : [];

  it('satisfy Pod Security restricted', () => {
    expect(pods.length).toBeGreaterThan(0);
    for (const { spec } of pods) {
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) expect(spec).not.toHaveProperty(field);
      for (const { securityContext } of [...spec.containers, ...(spec.initContainers ?? [])])
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
    }
  });

  it('hold no token, no service links, and say what they need', () => {
    for (const { spec } of pods) {
      expect(spec).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
      for (const { resources } of spec.containers) {
        expect(Object.keys(resources.requests).sort()).toEqual(['cpu', 'memory']);
        expect(resources.limits.memory).toBeDefined();
      }
    }
  });
});
