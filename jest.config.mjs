import { project } from './jest.preset.mjs';

/** unit: pure and fast. component: one service on the real broker and database. e2e: Chromium journeys. */
export default {
  projects: [
    project('unit', ['{packages,services,clients,tools}/**/src/**/*.spec.{ts,tsx}', 'tools/**/!(*.component).spec.ts']),
    project('component', [
      '{packages,services,clients}/**/test/**/*.component.spec.ts',
      'tools/**/*.component.spec.ts',
    ]),
    project('e2e', ['e2e/**/*.e2e.spec.ts']),
  ],
  testTimeout: 30_000,
};
