const INSIDE = '^(packages|services|clients)/';
const TESTS = '[.]spec[.]tsx?$|/test/';
const SERVICE = '^services/([^/]+)/';

/** Which rooms may import which. Every arrow that is not allowed says why. */
export default {
  forbidden: [
    {
      name: 'domain-imports-nothing-outward',
      comment:
        'Domain is pure: it knows its own rules, the kernel and the card room, and no framework, database or clock.',
      severity: 'error',
      from: { path: '/src/domain/', pathNot: TESTS },
      to: {
        pathNot: [
          '/src/domain/',
          '^packages/(kernel|card|contracts)/',
          '^(node:)?(crypto|url)$',
          'node_modules/uuidv7/',
        ],
      },
    },
    {
      name: 'application-imports-domain-and-packages',
      comment:
        'A use case knows the domain, other use cases and packages; adapters are given to it, never imported by it.',
      severity: 'error',
      from: { path: `${SERVICE}src/application/`, pathNot: TESTS },
      to: { path: `${SERVICE}src/`, pathNot: '^services/[^/]+/src/(domain|application)/' },
    },
    {
      name: 'services-never-import-one-another',
      comment: 'Services meet on the wire only: gRPC and Kafka, both described in proto/.',
      severity: 'error',
      from: { path: SERVICE },
      to: { path: SERVICE, pathNot: '^services/$1/' },
    },
    {
      name: 'gateway-opens-no-card-data',
      comment: 'The edge passes ciphertext on; it must not even be able to open it.',
      severity: 'error',
      from: { path: '^services/gateway/' },
      to: { path: '^packages/card/' },
    },
    {
      name: 'card-imports-only-kernel',
      comment: 'An auditor opens this one room; what it pulls in is part of the audit.',
      severity: 'error',
      from: { path: '^packages/card/' },
      to: { path: INSIDE, pathNot: '^packages/(card|kernel)/' },
    },
    {
      name: 'clients-import-only-card-kernel-sdk',
      comment: 'A browser bundle holds nothing of the servers.',
      severity: 'error',
      from: { path: '^clients/([^/]+)/' },
      to: { path: INSIDE, pathNot: ['^clients/$1/', '^packages/(card|kernel|sdk)/'] },
    },
    {
      name: 'packages-never-import-services',
      comment: 'Packages are below services and clients.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(services|clients)/' },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other at run time are one file, or hide a third.',
      severity: 'error',
      from: { pathNot: '/src/gen/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'every-import-resolves',
      comment: 'An arrow that leads nowhere cannot be judged. (Vite resolves its own: ?worker, virtual:, vite/client.)',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: ['[?]', '^vite/client$', '^virtual:'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/', '/src/gen/'] },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default'], exportsFields: ['exports'] },
    skipAnalysisNotInRules: true,
  },
};
