import { expect, test } from 'vitest';
import { type BuildxBuildPlan, planBuildxBuild, planInspectRemote } from './commands.ts';

const plan: BuildxBuildPlan = {
  dockerfile: '/work/Dockerfile',
  context: '/work/context',
  baseContext: 'oci-layout:///bases/b@sha256:1',
  namedContexts: { 'cic-step': '/steps/a b' },
  secrets: { 'cic-ca': '/etc/site.pem' },
  metadataFile: '/work/metadata.json',
  noCache: false,
  env: { http_proxy: 'http://me:secret@proxy' },
};

test('a build gives contexts, secrets as paths, and the names of the proxy variables', () => {
  const { file, args } = planBuildxBuild('/usr/bin/docker', plan);
  expect([file, ...args]).toEqual([
    '/usr/bin/docker',
    'buildx',
    'build',
    '--progress=rawjson',
    '--provenance=false',
    '--output=type=image,compression=uncompressed,force-compression=true,oci-mediatypes=true',
    '--build-context',
    'cic-base=oci-layout:///bases/b@sha256:1',
    '--build-context',
    'cic-step=/steps/a b',
    '--secret',
    'id=cic-ca,src=/etc/site.pem',
    '--build-arg',
    'http_proxy',
    '--metadata-file=/work/metadata.json',
    '--file=/work/Dockerfile',
    '/work/context',
  ]);
});

test('the proxy, which may hold a password, is in the environment only', () => {
  for (const command of [planBuildxBuild('docker', plan), planInspectRemote('docker', 'a/b', plan.env)]) {
    expect(command.env).toEqual(plan.env);
    expect(command.args.join(' ')).not.toContain('secret@');
  }
});

test('the platform is named only where it is not the own one, and the cache can be left out', () => {
  const platform = { os: 'linux', architecture: 'arm64' } as const;
  const { args } = planBuildxBuild('docker', { ...plan, platform, noCache: true });
  expect(args).toEqual(expect.arrayContaining(['--platform=linux/arm64', '--no-cache']));
});

test('what nobody asks the digest of stays in the cache', () => {
  const { args } = planBuildxBuild('docker', { ...plan, metadataFile: undefined });
  expect(args).toContain('--output=type=cacheonly');
  expect(args.join(' ')).not.toContain('--metadata-file');
});
