import { defineConfig } from 'vitest/config';

const tests = [
  'packages/*/test/**/*.test.ts',
  'test/**/*.test.ts',
  'benchmarks/test/**/*.test.ts',
  'examples/test/**/*.test.ts',
];
const slowTests = tests.map((pattern) => pattern.replace('.test.ts', '.slow.test.ts'));
const never = ['**/node_modules/**', '**/dist/**', '**/fixtures/**'];

export default defineConfig({
  test: {
    // Processes, not threads: tests change directories, send signals and start workers of their own.
    pool: 'forks',
    // The built packages are loaded by Node itself, as a user's program loads them.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      reporter: ['text-summary', 'html'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: tests,
          exclude: [...never, '**/*.slow.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: slowTests,
          exclude: never,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // One file at a time, after the quick ones: these measure, kill and fill the machine.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
