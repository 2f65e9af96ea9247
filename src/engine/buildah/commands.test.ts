import { expect, test } from 'vitest';
import {
  type BuildahBuildPlan,
  type BuildahSettings,
  planBuildahBuild,
  planExport,
  planListContainers,
  planPull,
} from './commands.ts';
import { prefixCommand } from './process-namespace.ts';

const settings: BuildahSettings = { isolation: 'chroot', network: 'host' };

const plan: BuildahBuildPlan = {
  directory: '/work/engine-1-abc',
  dockerfile: '/work/engine-1-abc/Dockerfile',
  context: '/work/engine-1-abc/context',
  namedContexts: { 'cic-step': '/steps/a b' },
  volumes: { '/var/cache/site': '/srv/cache' },
  namedImages: { 'cic-build': 'localhost/cic/base:abcd' },
  secrets: { 'cic-ca': '/etc/site.pem' },
  baseImage: 'localhost/cic/base:6bbe',
  imageIdFile: '/work/engine-1-abc/image-id',
  noCache: false,
  env: { http_proxy: 'http://me:secret@proxy' },
};

test('a build gives contexts, secrets as paths, and the run that it belongs to', () => {
  expect(planBuildahBuild(settings, plan).args).toEqual([
    'build',
    '--layers',
    '--format=oci',
    '--isolation=chroot',
    '--network=host',
    '--pull=never',
    '--build-context',
    'cic-base=docker-image://localhost/cic/base:6bbe',
    '--build-context',
    'cic-step=/steps/a b',
    '--build-context',
    'cic-build=docker-image://localhost/cic/base:abcd',
    '--volume',
    '/srv/cache:/var/cache/site',
    '--secret',
    'id=cic-ca,src=/etc/site.pem',
    '--secret',
    'id=cic-run,src=/work/engine-1-abc',
    '--iidfile=/work/engine-1-abc/image-id',
    '--file=/work/engine-1-abc/Dockerfile',
    '/work/engine-1-abc/context',
  ]);
});

test('the proxy, which may hold a password, is in the environment only', () => {
  const command = planBuildahBuild(settings, plan);
  expect(command.env).toEqual(plan.env);
  expect(command.args.join(' ')).not.toContain('secret@');
});

test('without a proxy of the site, the one of the environment stays out', () => {
  expect(planBuildahBuild(settings, { ...plan, env: {} }).args).toContain('--http-proxy=false');
});

test('the platform is named only where it is not the own one, and the cache can be left out', () => {
  const { args } = planBuildahBuild(settings, {
    ...plan,
    platform: { os: 'linux', architecture: 'arm64' },
    noCache: true,
  });
  expect(args).toEqual(expect.arrayContaining(['--platform=linux/arm64', '--no-cache']));
});

test('every command works on the store that the site has chosen', () => {
  const command = planListContainers({ ...settings, root: '/store', runroot: '/run/store' });
  expect(command.args).toEqual(['--root', '/store', '--runroot', '/run/store', 'containers', '--json']);
});

test('an image layout on disk is read again each time, an image of a registry only where it is missing', () => {
  const platform = { os: 'linux', architecture: 'amd64' } as const;
  expect(planPull(settings, 'oci:/bases/b', platform, {}).args).toEqual(['pull', '--quiet', 'oci:/bases/b']);
  expect(planPull(settings, 'debian:12', platform, {}).args).toEqual([
    'pull',
    '--quiet',
    '--policy=missing',
    '--platform=linux/amd64',
    'debian:12',
  ]);
});

test('an export keeps its layers uncompressed', () => {
  expect(planExport(settings, 'sha256:1', '/out').args).toEqual([
    'push',
    '--quiet',
    '--format=oci',
    '--disable-compression',
    'sha256:1',
    'dir:/out',
  ]);
});

test('a namespace is put before the command as it is', () => {
  const command = { file: 'buildah', args: ['build', '.'], env: { A: 'b' } };
  expect(prefixCommand(['unshare', '--pid'], command)).toEqual({
    file: 'unshare',
    args: ['--pid', 'buildah', 'build', '.'],
    env: { A: 'b' },
  });
  expect(prefixCommand([], command)).toBe(command);
});
