import { defineConfig } from 'vitest/config';

const HEAVY_TEST_MS = 300_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          exclude: ['tests/integration/sites/**'],
          testTimeout: HEAVY_TEST_MS,
          hookTimeout: HEAVY_TEST_MS,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'sites',
          include: ['tests/integration/sites/*.test.ts'],
          globalSetup: ['tests/helpers/install-package.ts'],
          testTimeout: HEAVY_TEST_MS,
          hookTimeout: HEAVY_TEST_MS,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'release',
          include: ['tests/release/**/*.test.ts'],
          testTimeout: HEAVY_TEST_MS,
          hookTimeout: HEAVY_TEST_MS,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: HEAVY_TEST_MS,
          hookTimeout: HEAVY_TEST_MS,
          fileParallelism: false,
        },
      },
    ],
  },
});
