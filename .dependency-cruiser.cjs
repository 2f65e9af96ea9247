/**
 * The import table of the architecture (ARCHITECTURE.md), enforced by `npm run check`.
 * A folder may import itself and the folders named in its row, nothing else.
 */
const mayImport = {
  errors: [],
  shell: [],
  exec: ['errors', 'shell'],
  oci: ['errors'],
  files: ['errors', 'oci'],
  git: ['errors', 'exec', 'oci', 'files'],
  document: ['errors'],
  machine: ['errors', 'shell', 'oci', 'document'],
  spack: ['errors', 'document', 'exec', 'oci', 'files', 'git', 'machine'],
  request: ['errors', 'document', 'oci', 'machine', 'spack'],
  step: ['errors', 'document', 'exec', 'oci', 'files', 'git', 'machine', 'spack', 'request'],
  recipe: ['errors', 'shell', 'oci', 'machine', 'spack', 'request', 'step'],
  engine: ['errors', 'shell', 'exec', 'oci', 'recipe'],
  registry: ['errors', 'exec', 'oci'],
  sif: ['errors', 'shell', 'exec', 'oci'],
  artifact: ['errors', 'oci', 'files'],
  attest: ['errors', 'oci'],
  build: [
    'errors',
    'exec',
    'oci',
    'files',
    'machine',
    'spack',
    'request',
    'step',
    'recipe',
    'engine',
    'registry',
    'sif',
    'artifact',
    'attest',
  ],
  accounts: ['errors'],
  oidc: ['errors', 'accounts'],
  service: ['errors', 'oci', 'files', 'machine', 'request', 'recipe', 'build', 'accounts'],
  storage: ['errors', 'exec', 'files', 'oci', 'accounts', 'service'],
  api: ['errors', 'oci', 'machine', 'request', 'accounts', 'service'],
  client: ['errors', 'service'],
  doctor: ['oci', 'machine', 'spack', 'engine', 'config'],
  config: ['errors', 'document', 'accounts', 'recipe', 'engine', 'registry', 'sif', 'spack'],
};

const layerRules = Object.entries(mayImport).map(([folder, allowed]) => ({
  name: `layers-${folder}`,
  comment: `src/${folder}/ may import only: ${allowed.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${folder}/`, pathNot: '\\.(test|itg)\\.ts$|\\.test\\.itg\\.ts$' },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'only-exec-spawns',
      comment: 'One folder starts processes: src/exec/',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/exec/|\\.test(\\.itg)?\\.ts$' },
      to: { path: '^(node:)?child_process$|node_modules/execa' },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependency',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.(test|contract|fixture)\\.ts$|\\.test\\.itg\\.ts$' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'] },
    },
    {
      name: 'web-talks-by-the-client',
      comment: 'web/ knows the client of the API and the errors, and nothing of what is behind it',
      severity: 'error',
      from: { path: '^web/src/' },
      to: { path: '^src/', pathNot: '^src/(client|errors)/' },
    },
    {
      name: 'web-shared-knows-no-page',
      comment:
        'What pages share is below them: web/src/shared and web/src/api import no page, and pages not each other',
      severity: 'error',
      from: { path: '^web/src/(shared|api|home|builds|build|new-build|images|image|account|admin)/' },
      to: {
        path: '^web/src/(home|builds|build|new-build|images|image|account|admin|sign-in)/',
        pathNot: '^web/src/$1/',
      },
    },
    ...layerRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json', '.css'],
      conditionNames: ['import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
