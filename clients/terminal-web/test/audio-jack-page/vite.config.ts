import { defaultClientConditions, defineConfig } from 'vite';

/** Bundles the worklet just as the terminal does. */
export default defineConfig({
  base: './',
  resolve: { conditions: ['source', ...defaultClientConditions] },
  build: { target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0, emptyOutDir: true },
  worker: { format: 'es' },
});
