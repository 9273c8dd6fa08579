import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  {
    ignores: [
      '**/dist/',
      '**/.astro/',
      '**/node_modules/',
      '.cache/',
      'tests/.tmp/',
      '**/.venv/',
      'training/work/',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A key is left out of an object by naming it: `const { folder, ...published } = checkpoint`.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-non-null-assertion': 'off', // indices in typed-array loops, under noUncheckedIndexedAccess
    },
  },
  {
    // Every text of an error stands in the catalogue, from which the documentation is made. Only errors.ts, which
    // reads the catalogue, makes errors itself; it also gives one a place and carries one across threads.
    files: ['integrations/embedding-animation/**/*.ts'],
    ignores: ['integrations/embedding-animation/errors.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'NewExpression[callee.name="EmbeddingAnimationError"]',
          message: 'Write its texts into error-catalogue/ and use makeError.',
        },
      ],
    },
  },
  {
    // A path may lead to a folder, a pipe or a device. These files know what they open: it is their own.
    files: ['integrations/embedding-animation/**/*.ts'],
    ignores: [
      'integrations/embedding-animation/{files,write-files}.ts',
      'integrations/embedding-animation/threads/endable-process.ts',
      'integrations/embedding-animation/artifacts/entry-file.ts',
      'integrations/embedding-animation/dataset/cifar/download.ts',
      'integrations/embedding-animation/embedding/preprocessing/pixel-source.ts',
      'integrations/embedding-animation/stages/pixels.ts',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        ...['node:fs', 'node:fs/promises'].map((name) => ({
          name,
          importNames: [
            'open',
            'openSync',
            'readFile',
            'readFileSync',
            'createReadStream',
            'createWriteStream',
          ],
          message: 'Open files by openRegularFile and readRegularFile of files.ts.',
        })),
      ],
    },
  },
);
