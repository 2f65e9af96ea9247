import { expect, test } from 'vitest';
import { bookworm } from '../recipe.fixture.ts';
import { planToolchain, type ToolchainInput } from './toolchain.ts';

const makeInput = (changes: Partial<ToolchainInput> = {}): ToolchainInput => ({
  platform: { os: 'linux', architecture: 'amd64' },
  base: bookworm,
  scope: { base: 'bookworm', architecture: 'amd64' },
  spack: { version: '1.1.1', identity: '0123456789abcdef', hasPackages: true },
  context: '/work/spack',
  network: { hasCaBundle: false, hasAptAuth: false },
  ...changes,
});
const legacy = { version: '0.23.1', identity: '0123456789abcdef', hasPackages: false };

test('all of it is one stage of the build, on top of the base image', () => {
  const { base, instructions } = planToolchain(makeInput());
  expect(base).toBe(bookworm);
  expect(instructions[0]).toEqual({ stage: 'toolchain', text: 'FROM cic-base' });
  expect(new Set(instructions.map(({ stage }) => stage))).toEqual(new Set(['toolchain']));
});

test('the whole Dockerfile', async () => {
  await expect(planToolchain(makeInput()).dockerfile).toMatchFileSnapshot('golden/toolchain.dockerfile');
});

test('Spack 0.x brings its recipes', () => {
  const { dockerfile } = planToolchain(makeInput({ spack: legacy }));
  expect(dockerfile).toContain('COPY --from=cic-spack ["spack/","/opt/spack/"]');
  expect(dockerfile).not.toContain('packages/"');
  expect(dockerfile).toMatch(/external find .* gawk gettext git gmake libtool /);
});

test('the Dockerfile says which Spack it is', () => {
  const { dockerfile } = planToolchain(makeInput({ spack: { ...legacy, identity: 'f'.repeat(16) } }));
  expect(dockerfile).toContain('# Spack 0.23.1 (ffffffffffffffff)');
});

test('where the files lie is no part of the instructions', () => {
  const { instructions, contexts } = planToolchain(makeInput({ context: '/elsewhere' }));
  expect(instructions).toEqual(planToolchain(makeInput()).instructions);
  expect(contexts).toEqual({ 'cic-spack': '/elsewhere' });
});

test("the site's certificates and passwords come as secrets", () => {
  const { dockerfile } = planToolchain(makeInput({ network: { hasCaBundle: true, hasAptAuth: true } }));
  expect(dockerfile).toMatch(/--mount=type=secret,id=cic-ca/);
  expect(dockerfile).toMatch(/--mount=type=secret,id=cic-apt-auth/);
});
