// Two jobs: the mistakes that types can find (floating promises above all), and the layers of docs/architecture.md.
const tseslint = require('typescript-eslint');
const { layers } = require('./config/lint-layers.js');

const rules = {
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
  '@typescript-eslint/consistent-type-imports': 'off', // decorator metadata needs value imports
  '@typescript-eslint/require-await': 'off', // an async signature is often the interface's
  '@typescript-eslint/no-unsafe-assignment': 'off', // rows and JSON are checked by zod where they enter
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
  '@typescript-eslint/only-throw-error': 'error',
  'eqeqeq': 'error',
  'no-console': 'error',
};

module.exports = tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/generated/**', '.nereid/**', '.cache/**', 'coverage/**'] },
  {
    files: ['**/*.ts'],
    ignores: ['apps/adminui/**'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: ['./tsconfig.json'], tsconfigRootDir: __dirname } },
    rules,
  },
  {
    files: ['apps/adminui/**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: ['./apps/adminui/tsconfig.json'], tsconfigRootDir: __dirname } },
    rules,
  },
  ...layers,
);
