import preact from '@preact/preset-vite';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

/** A browser has no TDES, and the simulated chip makes true cryptograms: it alone gets one. */
const testChipCrypto: Plugin = {
  name: 'test-chip-crypto',
  enforce: 'pre',
  resolveId: (source, importer) =>
    source === 'node:crypto' && importer?.endsWith('/packages/card/src/emv/issuer.ts') === true
      ? fileURLToPath(new URL('src/reader/test-chip-crypto.ts', import.meta.url))
      : undefined,
};

/** The pages as the gateway serves them: under /terminal/, no inline script or style, nothing from other hosts. */
export default defineConfig({
  base: '/terminal/',
  resolve: { conditions: ['source', ...defaultClientConditions] },
  plugins: [
    testChipCrypto,
    preact({ prefreshEnabled: false }),
    VitePWA({
      // A new version waits until all pages are closed: no payment loses its code half-way.
      registerType: 'prompt',
      injectRegister: false,
      manifest: {
        name: 'Openswipe',
        short_name: 'Openswipe',
        description: 'Pay web shops with your own bank card and a small reader.',
        display: 'standalone',
        background_color: '#f4f6f9',
        theme_color: '#0b5fff',
        icons: [{ src: 'icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' }],
      },
      // The shell only, so that stored records open without network. Nothing of the API is ever cached.
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg}'],
        // From the first visit on: pages are loaded when they are opened, and the network may be gone by then.
        clientsClaim: true,
        navigateFallback: '/terminal/index.html',
        navigateFallbackAllowlist: [/^\/terminal\//],
      },
    }),
  ],
  build: { outDir: 'dist-web', target: 'es2023', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  worker: { format: 'es' },
});
