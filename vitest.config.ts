import { defineConfig } from 'vitest/config';

/** How long a test waits for what has to come: the machine may stand still for many seconds. */
const patienceMs = 60_000;

/**
 * Three suites, told apart by the cost in the file's suffix: `.test.ts` needs nothing but Node.js,
 * `.test.itg.ts` needs the machine's real tools (an engine, mksquashfs), `.test.e2e.ts` looks at what
 * comes out with tools of others (Apptainer). Those of Spack are a suite of their own: it runs beside the others.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/src/**/*.test.{ts,tsx}'],
          testTimeout: 2 * patienceMs,
          expect: { poll: { timeout: patienceMs } },
        },
      },
      {
        test: {
          name: 'itg',
          include: ['src/**/*.test.itg.ts', 'test/**/*.test.itg.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          expect: { poll: { timeout: patienceMs } },
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/**/*.test.e2e.ts'],
          exclude: ['test/spack*'],
          testTimeout: 600_000,
          hookTimeout: 1_800_000,
          expect: { poll: { timeout: patienceMs } },
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'spack',
          include: ['test/spack*.test.e2e.ts'],
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
          expect: { poll: { timeout: patienceMs } },
          fileParallelism: false,
        },
      },
    ],
  },
});
