import { expect, test } from 'vitest';
import { digestOf } from '../../oci/digest.ts';
import { bookworm, makeSpackInput } from '../recipe.fixture.ts';
import { type ConcretizeInput, planConcretize, planExtraction } from './concretize.ts';

const { toolchain, tools: allTools } = makeSpackInput();
const tools = { ...allTools, publicCaches: [] };
const platform = { os: 'linux', architecture: 'amd64' } as const;
const makeInput = (changes: Partial<ConcretizeInput> = {}): ConcretizeInput => ({
  platform,
  toolchain,
  scope: { base: 'bookworm', architecture: 'amd64' },
  tools,
  spackYaml: 'spack:\n  specs: [zlib]\n',
  compilers: [],
  compilerPackages: [],
  scripts: {},
  network: { hasCaBundle: false, hasAptAuth: false },
  ...changes,
});
const catalogue = { place: '', treeHash: digestOf('catalogue'), hasConfig: true };

test('Spack decides in the toolchain image, and leaves the lock for what comes after', async () => {
  const recipe = planConcretize(makeInput());
  expect(recipe.base).toBe(toolchain);
  await expect(recipe.dockerfile).toMatchFileSnapshot('golden/concretize.dockerfile');
});

test('the environment comes along, without a lock', () => {
  const { generatedFiles } = planConcretize(makeInput());
  expect(generatedFiles.map(({ path }) => path)).toEqual(['spack-site/mirrors.yaml', 'spack/spack.yaml']);
});

test('public caches are looked at before Spack may take packages of them into account', () => {
  const scripts = { 'spack-public-caches.py': '' };
  const { dockerfile, generatedFiles } = planConcretize(makeInput({ tools: allTools, scripts }));
  expect(dockerfile).toContain('COPY ["scripts/","/opt/cic/scripts/"]');
  expect(dockerfile).toMatch(/ python \S+spack-public-caches\.py \S+ && [^&]* concretize/);
  expect(generatedFiles.map(({ path }) => path)).toEqual([
    'spack-site/mirrors.yaml',
    'spack-site/bootstrap.yaml',
    'spack-site/keys/0.asc',
    'spack/spack.yaml',
    'scripts/spack-public-caches.py',
  ]);
});

test('compilers of the step are installed before, since Spack decides by what is there', () => {
  const { instructions } = planConcretize(makeInput({ compilerPackages: ['gcc-11'] }));
  const texts = instructions.map(({ text }) => text);
  const compilers = texts.findIndex((text) => text.includes('apt-get install --yes gcc-11'));
  expect(compilers).toBeGreaterThan(0);
  expect(compilers).toBeLessThan(texts.findIndex((text) => text.includes(' concretize')));
});

test('a compiler that apt has not is built before, unless the base image has it', () => {
  const builtCompiler = {
    spec: 'gcc@13',
    spackYaml: 'spack: {specs: [gcc@13]}\n',
  };
  const { instructions, generatedFiles } = planConcretize(
    makeInput({ builtCompiler, scripts: { 'spack-install.sh': '' } }),
  );
  const compiler = instructions.findIndex(({ text }) =>
    /-e \/opt\/spack-compiler -c \S+ compiler info gcc@13 > \/dev\/null 2>&1 \|\| { sh \S+spack-install\.sh .* install/.test(
      text,
    ),
  );
  expect(instructions[compiler]?.stage).toBe('toolchain');
  expect(compiler).toBeLessThan(instructions.findIndex(({ text }) => text.includes(' concretize')));
  const files = generatedFiles.map(({ path }) => path);
  expect(files).toContain('spack-compiler/spack.yaml');
  expect(files).toContain('scripts/spack-install.sh');
});

test('Spack 0.x is asked for the compiler before it solves', () => {
  const compilers = ['gcc@13', 'gcc@12'];
  const legacy = { ...tools, version: '0.23.0' };
  const { dockerfile } = planConcretize(makeInput({ compilers, tools: legacy }));
  expect(dockerfile).toMatch(/ compiler info gcc@13 > \/dev\/null && [^&]* concretize/);
  expect(planConcretize(makeInput({ tools: legacy })).dockerfile).not.toContain('compiler info');
  expect(planConcretize(makeInput({ compilers })).dockerfile).not.toContain('compiler info');
});

test('a catalogue is copied, and so is what environments include of the site', () => {
  const input = { tools: { ...tools, catalogue }, catalogueContext: '/work/catalogue' };
  const { contexts, dockerfile } = planConcretize(makeInput(input));
  expect(contexts).toEqual({ 'cic-mirror-0': '/srv/spack-mirror', 'cic-catalogue': '/work/catalogue' });
  expect(dockerfile).toContain('COPY --from=cic-catalogue ["catalogue/","/software-catalog/"]');
  expect(dockerfile).not.toContain('/opt/cic/site-config');
  const siteConfig = { packages: { slurm: { buildable: false } } };
  const withSections = planConcretize(makeInput({ tools: { ...tools, siteConfig } }));
  expect(withSections.dockerfile).toContain('COPY ["spack-site-config/","/opt/cic/site-config/"]');
  expect(withSections.dockerfile).toContain('spack -C /opt/cic/config -C /opt/cic/site -e ');
});

test('what a build has left is taken out without anything of the image around it', () => {
  const { dockerfile, images } = planExtraction(platform, bookworm, {
    folder: '/opt/cic/out',
    names: ['environment', 'targets'],
  });
  expect(images).toEqual({ 'cic-build': bookworm });
  expect(dockerfile).toBe(
    '# what a build has left\nFROM scratch\nCOPY --from=cic-build ["/opt/cic/out/environment","/opt/cic/out/targets","/out/"]\n',
  );
});
