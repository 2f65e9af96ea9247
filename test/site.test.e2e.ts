import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { engineKinds } from '../src/engine/port.ts';
import { run } from '../src/exec/run.ts';
import { execInImage, inspectImage, runApptainer } from './apptainer.ts';
import { buildWithCic, runCic } from './cic.ts';
import { hasImage } from './engines.ts';
import { startRegistry, type TestRegistry } from './registry.ts';
import { freshFile, type TestStep, writeStep } from './step.ts';

let step: TestStep;

afterEach(() => step?.remove());

async function writeConfig(config: unknown): Promise<string> {
  const file = join(step.folder, 'cic.yaml');
  await writeFile(file, JSON.stringify(config));
  return file;
}

describe('a workflow registry in git', () => {
  const git = async (folder: string, ...args: string[]) => {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'init.defaultBranch=main'];
    return (await run({ file: 'git', args: [...identity, '-C', folder, ...args] })).stdout.trim();
  };

  test.each(['latest', 'stable', 'v1.0', 'commit'])('is built at %s', async (version) => {
    step = await writeStep({});
    const registry = join(step.folder, 'registry');
    const stepFolder = join(registry, 'flow', 'hello');
    await mkdir(stepFolder, { recursive: true });
    await git(registry, 'init');
    const commit = async (text: string) => {
      await writeFile(join(stepFolder, 'post_inst.sh'), `echo ${text} > /version.txt\n`);
      await git(registry, 'add', '.');
      await git(registry, 'commit', '-m', text);
      return git(registry, 'rev-parse', 'HEAD');
    };
    const commits = { 'v1.0': await commit('tagged'), stable: '', commit: '', latest: '' };
    await git(registry, 'tag', 'v1.0');
    await git(registry, 'checkout', '-b', 'stable');
    commits.stable = await commit('stable');
    await git(registry, 'checkout', 'main');
    commits.commit = await commit('pinned');
    commits.latest = await commit('newest');
    const wanted = version === 'commit' ? commits.commit : version;
    const changes = { path: undefined, workflow: 'flow', step_id: 'hello', version: wanted };
    const request = { ...JSON.parse(await readFile(step.request, 'utf8')), ...changes };
    await writeFile(step.request, JSON.stringify(request));
    const config = await writeConfig({ workflow_registry: 'registry' });
    const args = ['--request', step.request, '--output', step.output, '--config', config];
    const { path } = await buildWithCic([...args, '--engine', 'buildah']);
    const texts = { latest: 'newest', stable: 'stable', 'v1.0': 'tagged', commit: 'pinned' };
    expect(await execInImage(path ?? '', ['cat', '/version.txt'])).toBe(
      `${texts[version as keyof typeof texts]}\n`,
    );
    const revision = `org.opencontainers.image.revision: ${commits[version as keyof typeof commits]}`;
    expect(await inspectImage(path ?? '', '--labels')).toContain(revision);
  });
});

describe('a private registry', () => {
  let registry: TestRegistry;

  beforeAll(async () => {
    registry = await startRegistry();
  });

  afterAll(() => registry.stop());

  const configure = (changes: Record<string, unknown> = {}) =>
    writeConfig({
      network: { ca_bundle: registry.caBundle },
      registry: { prefix: `${registry.host}/team`, credentials_file: registry.credentials, ...changes },
      images_prefix: 'cic/',
    });

  test.each(engineKinds)('gets the image that %s built, by its digest', async (engine) => {
    step = await writeStep(freshFile());
    const args = ['--request', step.request, '--output', step.output, '--config', await configure()];
    const report = await buildWithCic([...args, '--engine', engine]);
    expect(report.image_id).toBe(`${registry.host}/team/cic/tests_step_none_nompi_nogpu:latest`);
    const { Digest } = await registry.inspect('team/cic/tests_step_none_nompi_nogpu:latest');
    expect(Digest).toBe(report.digest);
    const referrers = `team/cic/tests_step_none_nompi_nogpu:sha256-${Digest.slice(7)}`;
    const { manifests } = await registry.inspectRaw<{ manifests: { artifactType: string }[] }>(referrers);
    const types = manifests.map(({ artifactType }) => artifactType);
    expect(types).toEqual(['application/spdx+json', 'application/vnd.in-toto+json']);
    expect(report.filename).toBe('tests_step_none_nompi_nogpu_v_latest.sif');
  });

  test('gets the SIF file too, and Apptainer pulls it', async () => {
    const workflow = `pulled_${Date.now()}`;
    step = await writeStep(freshFile(), { workflow });
    const args = ['--request', step.request, '--output', step.output];
    const report = await buildWithCic([
      ...args,
      '--config',
      await configure({ sif: true }),
      '--engine',
      'buildah',
    ]);
    const pulled = join(step.folder, 'pulled.sif');
    const url = `oras://${registry.host}/team/cic/${workflow}_step_none_nompi_nogpu:latest-sif`;
    await runApptainer(['pull', '--authfile', registry.credentials, pulled, url], {
      env: { SSL_CERT_FILE: registry.caBundle },
    });
    const digest = createHash('sha256')
      .update(await readFile(pulled))
      .digest('hex');
    expect(digest).toBe(report.sha256);
    expect(await execInImage(pulled, ['echo', 'pulled'])).toBe('pulled\n');
  });

  test('that refuses the credentials ends the build before anything has a name', async () => {
    const workflow = `refused_${Date.now()}`;
    step = await writeStep(freshFile(), { workflow });
    const wrong = join(step.folder, 'auth.json');
    const auth = Buffer.from('cic:wrong').toString('base64');
    await writeFile(wrong, JSON.stringify({ auths: { [registry.host]: { auth } } }));
    const config = await configure({ credentials_file: wrong });
    const args = ['--request', step.request, '--output', step.output, '--config', config];
    const outcome = await runCic(['build', '--json', '--engine', 'buildah', ...args]);
    expect(outcome.exitCode).toBe(4);
    expect(outcome.stdout).toContain('REGISTRY_PUSH_FAILED');
    expect(outcome.stderr).toMatch(/unauthorized|authentication required/);
    expect(outcome.stderr).toContain('→ log in');
    expect(await readdir(step.output)).toEqual([]);
    const name = `${registry.host}/team/cic/${workflow}_step_none_nompi_nogpu:latest`;
    expect(await hasImage('buildah', name)).toBe(false);
  });

  test('is left alone with --no-push', async () => {
    const workflow = `kept_${Date.now()}`;
    step = await writeStep(freshFile(), { workflow });
    const args = ['--request', step.request, '--output', step.output, '--config', await configure()];
    await buildWithCic([...args, '--engine', 'buildah', '--no-push']);
    await expect(registry.inspect(`team/cic/${workflow}_step_none_nompi_nogpu:latest`)).rejects.toThrow(
      /manifest unknown|not found|name unknown/,
    );
  });

  test('its password is in no output, not even of a failing build', async () => {
    step = await writeStep({ 'post_inst.sh': 'env; exit 3\n', ...freshFile() });
    const args = ['--request', step.request, '--output', step.output, '--config', await configure()];
    const { stdout, stderr } = await runCic(['build', '--json', '--engine', 'buildah', ...args]);
    expect(stderr).toContain('post_inst.sh failed (exit code 3)');
    expect(stdout + stderr).not.toContain(registry.password);
    expect(stdout + stderr).not.toContain(Buffer.from(`cic:${registry.password}`).toString('base64'));
  });
});
