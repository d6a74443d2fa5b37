import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compress } from './compress';

const source = (file: string): string => fileURLToPath(new URL(`../../packages/${file}`, import.meta.url));

export default defineConfig({
  plugins: [react(), tailwindcss(), compress()],
  resolve: {
    // From their sources: nothing has to be built before. Neither imports zod, which would cost a browser 60 KB.
    alias: {
      '@nereid/contracts/light': source('contracts/src/light.ts'),
      '@nereid/client/operator': source('client/src/operator.ts'),
      '@nereid/client/console': source('client/src/console.ts'),
    },
  },
  build: {
    target: 'es2023',
    // A data: URL is refused by the door's policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    emptyOutDir: true,
  },
});
