import js from '@eslint/js';
import tseslint from 'typescript-eslint';

// Enforces the layers of docs/architecture.md: lists the imports that are forbidden in some files.
const forbid = (files, patterns) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: patterns.map(([what, message]) =>
          what instanceof RegExp ? { regex: what.source, message } : { group: what, message },
        ),
      },
    ],
  },
});

const client = [
  ['@kubernetes/client-node', '@kubernetes/client-node/**'],
  'client-node belongs to src/store/kubernetes/kubeconfig/sockets.ts',
];
const table = [['cli-table3'], 'cli-table3 belongs to src/view/table.ts'];
const colour = [['chalk'], 'chalk belongs to src/cli/terminal/paint.ts'];
const prompts = [['@inquirer/*'], 'prompts belong to src/cli/terminal/prompts.ts'];
const yaml = [/^(js-)?yaml$/, 'YAML belongs to src/yaml'];
const oclif = [['@oclif/core', '@oclif/core/**'], 'oclif belongs to src/commands, src/cli and src/program'];
const amqp = [['rhea'], 'AMQP belongs to src/router/connection.ts'];
const adapters = [
  ['**/store/kubernetes/**', '**/store/system/**'],
  'only the registry (src/store/platforms.ts) opens a store',
];
const libraries = [client, table, colour, prompts, yaml, amqp];

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**', 'release/**'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    rules: {
      'no-console': 'error',
      'no-control-regex': 'off',
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
    },
  },
  {
    files: ['src/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'AbortSignal',
          property: 'timeout',
          message: 'Node 20 may collect it before it aborts: use boundedBy (src/util/bounded.ts) or deadline',
        },
      ],
    },
  },
  {
    files: ['bin/**/*.js', '.config/**/*.js', '.ci/**/*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly', globalThis: 'readonly' } },
  },
  {
    // These are CommonJS, because Node starts it faster than ES modules.
    files: ['bin/**/*.js', '.config/**/*.cjs', 'test/{support,bench}/*.cjs'],
    languageOptions: { globals: { require: 'readonly', module: 'writable', __dirname: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  ...[
    ['src/model/*.ts', '^(?!\\./)'],
    // From a subfolder, one folder up is still the model.
    ['src/model/*/**', '^(?!\\./|\\.\\./(?:[a-z-]+/)?[a-z-]+\\.js$)'],
  ].map(([files, regex]) => ({
    files: [files],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex, message: 'the model imports nothing' }] }] },
  })),
  forbid(
    ['src/yaml/**'],
    [
      client,
      table,
      colour,
      prompts,
      oclif,
      [['**/cli/**', '**/commands/**', '**/view/**', '**/store/**'], 'yaml knows the model only'],
    ],
  ),
  forbid(
    ['src/view/**'],
    [
      client,
      colour,
      prompts,
      yaml,
      oclif,
      [['**/store/**', '**/cli/**', '**/commands/**'], 'a view imports no store and no command'],
    ],
  ),
  forbid(
    ['src/view/table.ts'],
    [
      client,
      colour,
      prompts,
      yaml,
      oclif,
      [['**/store/**', '**/cli/**', '**/commands/**'], 'a view imports no store and no command'],
    ],
  ),
  forbid(
    ['src/router/**'],
    [
      client,
      table,
      colour,
      prompts,
      yaml,
      oclif,
      [['**/store/**', '**/cli/**', '**/commands/**', '**/view/**'], 'the router module knows the model only'],
    ],
  ),
  forbid(
    ['src/store/**'],
    [
      ...libraries,
      oclif,
      [['**/cli/**', '**/commands/**', '**/view/**', '**/findings/**'], 'a store knows the model only'],
    ],
  ),
  forbid(
    ['src/store/kubernetes/kubeconfig/sockets.ts'],
    [
      yaml,
      table,
      colour,
      prompts,
      oclif,
      [['**/cli/**', '**/commands/**', '**/view/**', '**/findings/**'], 'a store knows the model only'],
    ],
  ),
  forbid(
    ['src/operations/**'],
    [
      ...libraries,
      oclif,
      adapters,
      [['**/cli/**', '**/commands/**', '**/view/**'], 'rules know the model and the store interface'],
    ],
  ),
  forbid(['src/commands/**'], [...libraries, adapters]),
  forbid(['src/cli/**', 'src/program/**'], [client, table, colour, prompts, yaml, adapters]),
  forbid(['src/cli/terminal/paint.ts'], [client, table, prompts, yaml, adapters]),
  forbid(['src/cli/terminal/prompts.ts'], [client, table, colour, yaml, adapters]),
  { files: ['test/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
);
