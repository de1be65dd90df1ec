/** The stages of the engine, in the order in which data passes them; a stage imports only earlier ones. */
const STAGES = [
  'util',
  'catalogue',
  'picture',
  'content',
  'prompt',
  'store',
  'recipe',
  'plan',
  'gemini',
  'run',
  'record',
  'analysis',
  'report',
  'pipeline',
  'commands',
];

const core = '^libs/chargen-core/src';

const stageRules = STAGES.map((stage, index) => ({
  name: `${stage}-imports-only-earlier-stages`,
  comment: `${stage}/ may import: ${STAGES.slice(0, index).join(', ') || 'nothing of the engine'}.`,
  severity: 'error',
  from: { path: `${core}/${stage}/` },
  to: { path: `${core}/`, pathNot: STAGES.slice(0, index + 1).map((one) => `${core}/${one}/`) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...stageRules,
    {
      name: 'core-knows-no-nx',
      comment: 'The engine works without Nx; the plugin is the thin part that knows it.',
      severity: 'error',
      from: { path: core },
      to: { path: ['^node_modules/(nx|@nx)/', '^(nx|@nx)(/|$)'] },
    },
    {
      name: 'core-knows-no-cli-plugin-or-emulator',
      severity: 'error',
      from: { path: core },
      to: {
        path: ['^tools/', '^libs/gemini-emulator/', '(^|/)(gemini-emulator|chargen-plugin|chargen-cli)(/|$)'],
      },
    },
    {
      name: 'emulator-stands-alone',
      comment: 'The emulator is of use to others, and must not agree with the engine by sharing its code.',
      severity: 'error',
      from: { path: '^libs/gemini-emulator/src' },
      to: { path: ['^libs/chargen-core/', '^tools/', '(^|/)chargen-'] },
    },
    {
      name: 'yaml-splice-stands-alone',
      comment: 'It edits any YAML, and knows nothing of chargen.',
      severity: 'error',
      from: { path: '^libs/yaml-splice/src' },
      to: { path: ['^libs/(?!yaml-splice/)', '^tools/', '(^|/)(chargen-|gemini-emulator)'] },
    },
    {
      name: 'gallery-knows-only-the-engine',
      comment: 'The gallery reads worlds by the engine, and starts runs as processes.',
      severity: 'error',
      from: { path: '^libs/chargen-gallery/src' },
      to: { path: ['^tools/', '^libs/gemini-emulator/', '^node_modules/(nx|@nx)/', '^(nx|@nx)(/|$)'] },
    },
    {
      name: 'export-knows-only-the-engine',
      comment: 'Copies are made from what lies in a workspace; who asks for them is not known there.',
      severity: 'error',
      from: { path: '^libs/chargen-export/src' },
      to: {
        path: ['^tools/', '^libs/(?!chargen-(?:export|core)/)', '^node_modules/(nx|@nx)/', '^(nx|@nx)(/|$)'],
      },
    },
    {
      name: 'reading-a-manifest-loads-no-engine',
      comment: 'Sites read manifests, and every Nx process reads the options.',
      severity: 'error',
      from: { path: '^libs/chargen-export/src/(manifest/|options\\.ts$)' },
      to: {
        pathNot: [
          '^libs/chargen-export/src/(manifest/|(options|build-id)\\.ts$)',
          '^node:',
          '^(fs|path)',
          'zod',
        ],
      },
    },
    {
      name: 'the-page-imports-only-itself',
      comment:
        'Code that runs in a browser: apart from itself it may see the types of what it is given, and what it is drawn with.',
      severity: 'error',
      from: { path: '^libs/chargen-gallery/src/web/' },
      to: {
        pathNot: [
          '^libs/chargen-gallery/src/web/',
          '^libs/chargen-gallery/src/(model|protocol)',
          '^node_modules/(preact|@preact/signals)/',
        ],
      },
    },
    {
      name: 'only-the-door-knows-the-sdk',
      severity: 'error',
      from: { path: core, pathNot: `${core}/gemini/` },
      to: { path: '(^|/)@google/genai' },
    },
    {
      name: 'one-copy-of-zod',
      comment:
        'Each process of Nx and each command would load the copy of its package beside that of the engine.',
      severity: 'error',
      from: { path: '^tools/chargen-(plugin|cli)/src' },
      to: { path: ['(^|/)node_modules/zod/', '^zod$'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: { path: '^(libs|tools)/[^/]+/src' },
      to: { circular: true },
    },
    {
      name: 'only-declared-packages',
      severity: 'error',
      from: { path: '^(libs|tools)/[^/]+/src' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'dist'] },
    exclude: { path: ['/dist/', '/test/', '/bench/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
