import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './precompress.ts';

/** Where `npm run dev` finds a service; it serves the pages itself when they are built. */
const service = process.env['CIC_DEV_SERVICE'] ?? 'http://127.0.0.1:8080/image_creation';

export default defineConfig({
  root: import.meta.dirname,
  // Relative: the base path is known to the service only.
  base: './',
  plugins: [react(), precompress()],
  build: {
    outDir: resolve(import.meta.dirname, '../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // They know `light-dark()`: what stands for it else needs `color-scheme` in the same file.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The policy allows no `data:` but images, and a file is cached for ever.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // What several pages have in common is one file: as one for each component they were twenty requests.
      output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] } },
    },
  },
  server: {
    proxy: {
      '/api': { target: service, cookiePathRewrite: '/' },
      '/images/download': { target: service },
    },
  },
});
