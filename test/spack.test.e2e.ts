import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { engineKinds } from '../src/engine/port.ts';
import { run } from '../src/exec/run.ts';
import { execInImage, inspectImage } from './apptainer.ts';
import { findAttestationFaults } from './attestation-validators.ts';
import { runInEngine } from './engines.ts';
import { withMountedImage } from './mounted-image.ts';
import { sharedSite } from './spack-packages.ts';
import { findSpack, isLegacy, writeSite } from './spack-site.ts';
import { buildSpackStep, microarchitecture, runInSif, type SpackWish } from './spack-step.ts';
import type { TestStep } from './step.ts';

const spack = await findSpack();
const isOld = await isLegacy(spack);

let folder: string;
let config: string;
let step: TestStep | undefined;

beforeAll(async () => {
  if (spack === undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'cic-spack-'));
  config = await writeSite(join(folder, 'shared'), spack, sharedSite);
});

afterEach(() => step?.remove());

afterAll(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true });
});

type Wish = Omit<SpackWish, 'config'>;

async function build(wish: Wish) {
  await step?.remove();
  const outcome = await buildSpackStep({ ...wish, config });
  step = outcome.step;
  return outcome;
}

/** The SIF of a build that must succeed. */
async function buildSif(wish: Wish) {
  const outcome = await build(wish);
  expect(outcome.exitCode, outcome.stderr).toBe(0);
  return { ...outcome, sif: outcome.report.path ?? '' };
}

async function buildFailing(wish: Wish) {
  const outcome = await build(wish);
  expect(outcome.exitCode, outcome.stderr).not.toBe(0);
  return outcome;
}

const toolsYaml = `apt: [libsqlite3-dev, make]
pip: [idna, six==1.16.0]
spack:
  specs: [lz4@1.9.4, "jansson@2.14", "bzip2@1.0.8 debug=False", py-greeting, py-six, says-perl]
env: {GREETING: hello}
`;

const postInstall = `echo "$CIC_TARGET $CIC_MARCH_FLAGS" > target.txt
printf '#include <jansson.h>\\n#include <stdio.h>\\nint main(void) { json_t *j = json_integer(49); printf("%%d\\\\n", (int)json_integer_value(j)); }\\n' > square.c
gcc $CIC_MARCH_FLAGS square.c -o /usr/local/bin/square -I/opt/view/include -L/opt/view/lib -ljansson -Wl,-rpath,/opt/view/lib
apt-get install -y --no-install-recommends wget curl libcap2-bin
echo '# edited' >> /etc/wgetrc
rm /sbin/getpcaps /etc/issue.net
rm -rf /etc/skel
ln -s /tools /etc/skel
mkdir -p /data/private /opt/view/mine/bin /var/log/mine /var/cache/mine
chmod 700 /data/private
cp /bin/true /data/setuid
chmod 4755 /data/setuid
echo odd > $'/data/a "b"\\nü*'
echo owned > /data/owned
chown 1234:5678 /data/owned
ln /data/owned /data/linked
python3 -c 'import os; os.setxattr("/data/owned", "user.note", b"kept")'
cp /bin/true /data/capable
setcap cap_net_raw+ep /data/capable
echo tool > /opt/view/mine/bin/tool
echo log > /var/log/mine/log
echo cached > /var/cache/mine/cached
ln -s /opt/view/bin/lz4 /usr/local/bin/my-lz4
rm /opt/view/bin/bzip2recover
mkdir own
printf 'from setuptools import setup\\nsetup(name="own", version="3.0", py_modules=["own"])\\n' > own/setup.py
echo 'import greeting, idna' > own/own.py
python3 -m pip install ./own
`;

const tools = {
  stepId: 'tools',
  files: { 'eflows4hpc.yaml': toolsYaml, 'post_inst.sh': postInstall },
};

describe.skipIf(spack === undefined)('an environment', () => {
  describe.each(engineKinds)('that %s builds', (engine) => {
    let sif: string;
    let outcome: Awaited<ReturnType<typeof build>>;
    let kept: TestStep | undefined;

    beforeAll(async () => {
      outcome = await build({ ...tools, engine });
      expect(outcome.exitCode, outcome.stderr).toBe(0);
      kept = step;
      step = undefined;
      sif = outcome.report.path ?? '';
    });

    afterAll(() => kept?.remove());

    test('runs its programs, with what they need', async () => {
      expect(outcome.exitCode, outcome.stderr).toBe(0);
      expect(await runInSif(sif, 'lz4 --version; bzip2 --help 2>&1; square; my-lz4 --version')).toMatch(
        /LZ4[\s\S]*v1\.9\.4[\s\S]*bzip2[\s\S]*\n49\n[\s\S]*v1\.9\.4/,
      );
      const missing =
        'find /opt/software /opt/view /usr/local -type f \\( -perm -100 -o -name "*.so*" \\) -exec ldd {} + 2>&1 | grep "not found" || echo none';
      expect(await runInSif(sif, missing)).toBe('none\n');
    });

    test('has the programs of the distribution that its packages call', async () => {
      expect(await runInSif(sif, 'says-perl')).toBe('49\n');
    });

    test('is compiled for the microarchitecture of the machine', async () => {
      const flags = await runInSif(
        sif,
        'cat /opt/software/*/.spack/spack-build-env.txt | grep SPACK_TARGET_ARGS',
      );
      expect(flags.trim().split('\n').length).toBeGreaterThanOrEqual(3);
      for (const line of flags.trim().split('\n')) expect(line).toContain('-march=x86-64-v3');
      const specs = await runInSif(sif, 'cat /opt/software/lz4-1.9.4-*/.spack/spec.json');
      expect(specs).toContain(`"target":"${microarchitecture}"`);
      expect(await runInSif(sif, 'cat /tools/target.txt')).toContain('x86_64_v3 -march=x86-64-v3');
    });

    test('brings no compiler, no Spack and nothing of the build', async () => {
      const script =
        'for name in gcc cc g++ gfortran make cmake ld spack; do command -v $name; done; ls -d /opt/spack* /opt/cic /tmp/root /root/.spack /var/cache/cic-spack; ls /opt';
      const stdout = await runInSif(sif, `{ ${script}; } 2>/dev/null || true`);
      expect(stdout).toBe('software\nvenv\nview\n');
    });

    test('has all that post_inst.sh did', async () => {
      const script = `command -v wget curl; tail -n 1 /etc/wgetrc
        ls /sbin/getpcaps /etc/issue.net /opt/view/bin/bzip2recover 2>&1 | grep -c 'No such file'
        readlink /etc/skel; cat /opt/view/mine/bin/tool /var/log/mine/log /var/cache/mine/cached
        cat $'/data/a "b"\\nü*'; dpkg-query -W -f '\${db:Status-Status}\\n' wget curl libcap2-bin sqlite3 libsqlite3-0
        python3 -c 'import own; print("own")'`;
      expect((await runInSif(sif, script)).split('\n')).toEqual([
        '/usr/bin/wget',
        '/usr/bin/curl',
        '# edited',
        '3',
        '/tools',
        'tool',
        'log',
        'cached',
        'odd',
        'installed',
        'installed',
        'installed',
        'installed',
        'own',
        '',
      ]);
    });

    test('keeps owners, modes, links, attributes and capabilities', async () => {
      await withMountedImage(sif, async (root) => {
        const owned = await stat(join(root, 'data/owned'));
        expect([owned.uid, owned.gid, owned.nlink]).toEqual([1234, 5678, 2]);
        expect((await stat(join(root, 'data/private'))).mode & 0o7777).toBe(0o700);
        expect((await stat(join(root, 'data/setuid'))).mode & 0o7777).toBe(0o4755);
        const attributes = ['-d', '-m', '-', '-e', 'hex', '--absolute-names'];
        const files = ['data/owned', 'data/capable'].map((name) => join(root, name));
        const { stdout } = await run({ file: 'getfattr', args: [...attributes, ...files] });
        // Docker's own layers keep no attributes but capabilities.
        if (engine === 'buildah') expect(stdout).toContain('user.note=0x6b657074');
        expect(stdout).toMatch(/security\.capability=0x\w{8}00200000/);
      });
    });

    test('has one Python for pip and Spack', async () => {
      const script =
        'import greeting, idna, six, sys; print(greeting.__version__, six.__version__, greeting.version == sys.version_info[:2])';
      expect(await execInImage(sif, ['python3', '-c', script])).toBe('1.0 1.16.0 True\n');
      expect(outcome.stderr).toContain('pip\'s "six==1.16.0" wins over py-six@1.0 of Spack');
    });

    test('has an SBOM and a provenance that the validators of SPDX and in-toto accept', async () => {
      expect(await findAttestationFaults(outcome.report)).toBe('');
    });

    test('says what it is and what it holds', async () => {
      expect(await inspectImage(sif, '--labels')).toContain(microarchitecture);
      const { packages } = JSON.parse(await readFile(outcome.report.sbom ?? '', 'utf8')) as {
        packages: { name: string; versionInfo?: string }[];
      };
      const names = packages.map(({ name, versionInfo }) => `${name} ${versionInfo}`);
      for (const name of ['lz4 1.9.4', 'jansson 2.14', 'bzip2 1.0.8', 'py-greeting 1.0'])
        expect(names).toContain(name);
      expect(names.some((name) => name.startsWith('wget '))).toBe(true);
      expect(names.some((name) => name.startsWith('idna '))).toBe(true);
      expect(await execInImage(sif, ['sh', '-c', 'echo $GREETING'], { flags: ['--cleanenv'] })).toBe(
        'hello\n',
      );
    });
  });

  test('with keep_build_tools has compilers', async () => {
    const files = { ...tools.files, 'eflows4hpc.yaml': `${toolsYaml}keep_build_tools: true\n` };
    const machine = { container_engine: 'docker' };
    const { report, exitCode, stderr } = await build({ stepId: 'kept', files, machine });
    expect(exitCode, stderr).toBe(0);
    const script = 'gcc --version && square && lz4 --version && python3 -c "import greeting, idna"';
    const command = ['bash', '-c', script];
    expect(await runInEngine('buildah', report.image_id ?? '', { command })).toMatch(/gcc [\s\S]*\n49\n/);
  });

  test('is planned without solving it again', async () => {
    const { stdout, stderr, exitCode } = await build({ ...tools, args: ['--dry-run'] });
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toMatch(/^concretize +cached/m);
    const plan = JSON.parse(stdout) as { dockerfile: string; spack_yaml: string };
    expect(plan.dockerfile).toContain('FROM cic-base');
    expect(plan.spack_yaml).toContain(`target=${microarchitecture}`);
  });
});

describe.skipIf(spack === undefined)('an older step', () => {
  const files = {
    'eflows4hpc.yaml': `apt:
        - gcc-11   
        - g++-11
        # - gfortran-11
spack:
        specs:
          - legacy-tool curl=False
        packages:
          all:
            compiler: [gcc@11]
`,
    'post_inst.sh': `cp -r /tmp/root/spack-stage/spack-stage-legacy-tool-*/spack-src/examples /
rm -rf /tmp/root/spack-stage
`,
  };

  test.each(engineKinds)('builds with %s: its compiler, its catalogue, its stage folders', async (engine) => {
    const { sif } = await buildSif({ stepId: 'legacy', files, engine });
    expect(await runInSif(sif, 'legacy-tool; cat /examples/input.txt')).toBe(
      'gcc 11, lz4 1.9.4\nan example\n',
    );
    expect(await runInSif(sif, 'cat /opt/software/legacy-tool-1.0-*/.spack/spec.json')).toMatch(
      /"curl":\s*false/,
    );
    expect(await runInSif(sif, 'ls /usr/bin/gcc* /usr/bin/g++* /tmp/root 2>/dev/null || echo none')).toBe(
      'none\n',
    );
  });
});

describe.skipIf(spack === undefined)('another base image', () => {
  test('is where the environment is built and what the final image starts from', async () => {
    const yaml = 'base: trixie\nspack:\n  specs: [lz4@1.9.4]\n  packages: {all: {compiler: [gcc@13]}}\n';
    const { sif } = await buildSif({ stepId: 'trixie', files: { 'eflows4hpc.yaml': yaml } });
    const script = 'lz4 --version; . /etc/os-release; echo $VERSION_CODENAME; command -v gcc-13 || echo none';
    expect(await runInSif(sif, script)).toMatch(/v1\.9\.4[\s\S]*\ntrixie\nnone\n/);
    const spec = await runInSif(sif, 'cat /opt/software/lz4-1.9.4-*/.spack/spec.json');
    expect(spec).toMatch(/"platform_os":\s*"debian13"/);
    expect(spec).toMatch(/"name":\s*"gcc",\s*"version":\s*"13\./);
  });
});

describe.skipIf(spack === undefined)('MPI of the distribution', () => {
  test('is the provider of the environment, and two ranks run in the image', async () => {
    const yaml = 'apt: [mpich, libmpich-dev]\nspack: {specs: [ranks]}\n';
    const machine = { mpi: 'mpich@4' };
    const { sif } = await buildSif({ stepId: 'mpi', files: { 'eflows4hpc.yaml': yaml }, machine });
    const lines = (await execInImage(sif, ['mpiexec', '-n', '2', 'ranks'])).trim().split('\n');
    expect(lines.sort()).toEqual(['rank 0 of 2: 3', 'rank 1 of 2: 3']);
    // Debian's packages of headers depend on compilers: they are there while building only.
    const tools = 'command -v gcc g++ gfortran cc ld make; ls /usr/include/x86_64-linux-gnu/mpich';
    expect(await runInSif(sif, `{ ${tools}; } 2>/dev/null || true`)).toBe('');
  });
});

describe.skipIf(spack === undefined)('an environment that cannot be built', () => {
  const specs = (...names: readonly string[]) => ({
    'eflows4hpc.yaml': `spack: {specs: [${names.map((name) => JSON.stringify(name)).join(', ')}]}\n`,
  });

  test.each([
    ['SPACK_SOURCE_MISSING', specs('no-source'), {}, /no-source/],
    ['SPACK_CHECKSUM', specs('wrong-checksum'), {}, /wrong-checksum[\s\S]*sha256/],
    ['SPACK_UNKNOWN_PACKAGE', specs('legacy-tol'), {}, /legacy-tool/],
    [
      'SPACK_TARGET_UNSUPPORTED',
      specs('lz4'),
      { architecture: 'zen5' },
      /gcc@12\S* of bookworm cannot compile for zen5[\s\S]*14/,
    ],
    ['SPACK_ENVIRONMENT_CONFLICT', specs('ranks ^openmpi'), { mpi: 'mpich@4' }, /openmpi[\s\S]*mpich@4/],
    ['SPACK_ENVIRONMENT_CONFLICT', specs('lz4 target=zen3'), {}, /zen3[\s\S]*x86_64_v3/],
    ['STEP_INVALID', specs('compss==3.1 +'), {}, /did you mean "?compss@3\.1/],
  ] as const)('is explained: %s', async (code, files, machine, message) => {
    const { report, stderr } = await buildFailing({ stepId: 'faulty', files, machine });
    expect(report.code, stderr).toBe(code);
    expect(stderr).toMatch(message);
  });

  test.runIf(isOld)('is explained: Spack 0.x builds no compilers', async () => {
    const yaml = 'spack: {specs: [lz4], packages: {all: {compiler: [gcc@13]}}}\n';
    const { report, stderr } = await buildFailing({ stepId: 'faulty', files: { 'eflows4hpc.yaml': yaml } });
    expect(report.code, stderr).toBe('SPACK_COMPILER_MISSING');
    expect(stderr).toContain('gcc@13');
  });
});
