// Jest runs the TypeScript sources as ES modules; the command tests run the built program as a subprocess.
import { fileURLToPath } from 'node:url';

const rootDir = fileURLToPath(new URL('..', import.meta.url));

// Tests must not depend on the speed of the machine; a test of a timeout sets its own.
process.env.SKUPPER_MKL_ROUTER_TIMEOUT ??= '30';

const common = {
  rootDir,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript', decorators: false } }, module: { type: 'es6' } },
    ],
  },
  setupFiles: ['<rootDir>/test/support/fast-check-setup.js'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
};

export default {
  rootDir,
  // Only ends tests that hang: no test depends on the speed of the machine.
  testTimeout: 1_200_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/{unit,store,cli}/**/*.test.ts'],
    },
    {
      ...common,
      // Also run on other versions of Node and with the single executable (test-nodes.js).
      displayName: 'smoke',
      testMatch: ['<rootDir>/test/smoke/**/*.test.ts'],
    },
    {
      ...common,
      displayName: 'e2e',
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/cluster/e2e-setup.js',
      globalTeardown: '<rootDir>/test/support/cluster/e2e-teardown.js',
    },
    {
      ...common,
      displayName: 'reliability',
      testMatch: ['<rootDir>/test/reliability/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/cluster/e2e-setup.js',
      globalTeardown: '<rootDir>/test/support/cluster/e2e-teardown.js',
    },
  ],
};
