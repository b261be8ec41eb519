/** CommonJS mode on purpose: jest's ESM mode breaks on packages that require ESM below Node 24.9. */
const ESM_PACKAGES = [
  '@nestjs',
  'jose',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  'uuid',
  'preact',
  'marked',
  'p-queue',
  'p-timeout',
  'eventemitter3',
  'typeorm',
  'load-esm',
  'gpt-tokenizer',
];

const swc = {
  jsc: {
    parser: { syntax: 'typescript', tsx: true, decorators: true },
    transform: {
      legacyDecorator: true,
      decoratorMetadata: true,
      react: { runtime: 'automatic', importSource: 'preact' },
    },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
};

const base = {
  testEnvironment: 'node',
  rootDir: __dirname,
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/', '<rootDir>/.data/'],
  transform: { '^.+\\.m?[tj]sx?$': ['@swc/jest', swc] },
  transformIgnorePatterns: [`/node_modules/(?!(${ESM_PACKAGES.join('|')})/)`],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  moduleFileExtensions: ['ts', 'tsx', 'js', 'mjs', 'cjs', 'json'],
};

/** One PostgreSQL and one Redis a run, shared by these projects; every test makes a database of its own. */
const withServers = {
  ...base,
  testEnvironment: '<rootDir>/test/support/service-environment.cjs',
  globalSetup: '<rootDir>/test/support/setup-servers.mjs',
  globalTeardown: '<rootDir>/test/support/teardown-servers.mjs',
};

module.exports = {
  watchman: false,
  testTimeout: 120_000,
  projects: [
    {
      ...base,
      displayName: 'unit',
      setupFiles: ['<rootDir>/test/support/quiet.ts'],
      testMatch: [
        '<rootDir>/src/**/*.spec.ts',
        '<rootDir>/widget/src/**/*.spec.{ts,tsx}',
        '<rootDir>/test/architecture/**/*.spec.ts',
      ],
    },
    { ...withServers, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'] },
    { ...withServers, displayName: 'attacks', testMatch: ['<rootDir>/test/attacks/**/*.spec.ts'] },
    { ...withServers, displayName: 'chaos', testMatch: ['<rootDir>/test/chaos/**/*.spec.ts'] },
    { ...withServers, displayName: 'browser', testMatch: ['<rootDir>/test/browser/**/*.spec.ts'] },
  ],
};
