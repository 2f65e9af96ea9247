import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../src/exec/run.ts';
import type { ImageConfig } from '../src/oci/image-config.ts';
import { execInImage, inspectImage, runApptainer, runImage, shellInImage } from './apptainer.ts';
import { convertLayout, type ImageWorkshop, type MadeImage, openWorkshop } from './test-images.ts';

const path = '/opt/odd:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Values that Apptainer's own conversion partly changes or chokes on. */
const values: Readonly<Record<string, string>> = {
  CIC_SPACES: ' two  words ',
  CIC_QUOTES: `it's "quoted"`,
  CIC_LINES: 'first\nsecond\n\nlast\n',
  CIC_TAB: 'a\tb',
  CIC_HOME: '$HOME/x ~',
  CIC_COMMAND: '$(id) `id`',
  CIC_OPEN_COMMAND: '$(',
  CIC_BACKTICK: '`',
  CIC_QUOTE: '"',
  CIC_BACKSLASH: 'C:\\new\\',
  CIC_UNICODE: 'größe 日本 🚀',
  CIC_SIGNS: '* ? [a] ; & | < > # ! ~',
  CIC_EQUALS: 'a=b=c',
  CIC_EMPTY: '',
};

const labels = { 'org.example.name': 'a "quoted" name', 'org.example.lines': 'a\nb $HOME `id` é' };

let workshop: ImageWorkshop;

beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop?.remove());

/** A Debian with `/show` and a configuration. */
function convertDebian(config: ImageConfig['config']): Promise<MadeImage> {
  return workshop.convert({ layers: [...workshop.debian, workshop.show], config });
}

describe('an image with an odd environment', () => {
  let image: string;

  beforeAll(async () => {
    const env = [`PATH=${path}`, ...Object.entries(values).map(([name, value]) => `${name}=${value}`)];
    const config = { Env: env, Labels: labels, Cmd: ['/show', 'environ'], User: '1234', WorkingDir: '/opt' };
    image = (await convertDebian(config)).path;
  });

  test.each(Object.keys(values))('hands %s on as it stands in the configuration', async (name) => {
    expect(await execInImage(image, ['/show', 'env', name])).toBe(values[name]);
  });

  test('hands every value on to its own program too', async () => {
    const variables = parseEnvironment(await runImage(image));
    expect(variables).toMatchObject(values);
    expect(variables['PATH']).toBe(path);
  });

  test('sets PATH whatever the host has', async () => {
    expect(await execInImage(image, ['/show', 'env', 'PATH'])).toBe(path);
  });

  test('lets the PATH be extended and replaced from outside', async () => {
    const show = ['/show', 'env', 'PATH'];
    expect(await execInImage(image, show, { env: { APPTAINERENV_PREPEND_PATH: '/p' } })).toBe(`/p:${path}`);
    expect(await execInImage(image, show, { env: { APPTAINERENV_APPEND_PATH: '/a' } })).toBe(`${path}:/a`);
    expect(await execInImage(image, show, { env: { APPTAINERENV_PATH: '/only' } })).toBe('/only');
  });

  test('lets --env replace a value, but not a variable that the host happens to have', async () => {
    const show = ['/show', 'env', 'CIC_SPACES'];
    expect(await execInImage(image, show, { flags: ['--env', 'CIC_SPACES=mine'] })).toBe('mine');
    expect(await execInImage(image, show, { env: { CIC_SPACES: 'host' } })).toBe(values['CIC_SPACES']);
  });

  test('keeps its own values with --cleanenv and nothing of the host', async () => {
    const options = { flags: ['--cleanenv'], env: { CIC_SPACES: 'host', CIC_HOST: 'host' } };
    const variables = parseEnvironment(await execInImage(image, ['/show', 'environ'], options));
    expect(variables).toMatchObject({ ...values, PATH: path });
    expect(variables).not.toHaveProperty('CIC_HOST');
  });

  test('makes the folder of bound host libraries known to the loader', async () => {
    expect(await execInImage(image, ['/show', 'env', 'LD_LIBRARY_PATH'])).toBe('/.singularity.d/libs');
  });

  test('offers a shell with the same environment', async () => {
    const script = 'printf "%s" "$CIC_QUOTES"; printf "%s" "$CIC_COMMAND" >&2; exit 0\n';
    expect(await shellInImage(image, script)).toBe(values['CIC_QUOTES']);
  });

  test('ignores the user and the working folder of the configuration, as Apptainer does', async () => {
    expect(await execInImage(image, ['sh', '-c', 'id -u; pwd'], { flags: ['--pwd', '/'] })).toBe('0\n/\n');
  });

  test('shows its labels', async () => {
    const shown = JSON.parse(await inspectImage(image, '--json'));
    expect(shown.data.attributes.labels).toMatchObject(labels);
    expect(await inspectImage(image, '--labels')).toContain('org.example.name: a "quoted" name');
  });

  test('shows its definition, run script and environment', async () => {
    expect(await inspectImage(image, '--deffile')).toMatch(/^bootstrap: oci\nfrom: sha256:[0-9a-f]{64}\n/);
    expect(await inspectImage(image, '--runscript')).toContain('/show environ');
    expect(await inspectImage(image, '--environment')).toContain(`PATH=${path}`);
  });

  test('has data objects that Apptainer lists', async () => {
    const { stdout } = await runApptainer(['sif', 'list', image]);
    expect(stdout).toContain('Def.FILE');
    expect(stdout).toContain('FS (Squashfs/*System/amd64)');
  });
});

describe('a variable that no shell can name', () => {
  test('is left out with a warning and harms no other', async () => {
    const { path: image, warnings } = await convertDebian({ Env: ['a.b=1', '=2', 'CIC_GOOD=3'] });
    expect(warnings.join()).toContain('"a.b"');
    expect(await execInImage(image, ['/show', 'env', 'CIC_GOOD'])).toBe('3');
  });
});

describe('the program of an image', () => {
  const odd = ['$HOME', '`id`', '$(id)', '*', 'two  words', `it's "it"`, '', 'back\\slash', 'a\nb'];
  const printed = (words: readonly string[]) => words.map((word) => `[${word}]\n`).join('');

  test('gets its default arguments unchanged', async () => {
    const { path: image } = await convertDebian({ Entrypoint: ['/show', 'args'], Cmd: odd });
    expect(await runImage(image)).toBe(printed(['args', ...odd]));
  });

  test('gets the arguments of its entrypoint unchanged, and no default ones when there are others', async () => {
    const { path: image } = await convertDebian({ Entrypoint: ['/show', ...odd], Cmd: ['default'] });
    expect(await runImage(image, ['mine'])).toBe(printed([...odd, 'mine']));
    expect(await runImage(image)).toBe(printed([...odd, 'default']));
  });

  test('is replaced by the arguments when there is no entrypoint', async () => {
    const { path: image } = await convertDebian({ Cmd: ['/show', ...odd] });
    expect(await runImage(image)).toBe(printed(odd));
    expect(await runImage(image, ['/show', 'mine'])).toBe('[mine]\n');
  });

  test('is a shell when the configuration names none', async () => {
    const { path: image } = await convertDebian({});
    expect(await runImage(image, [], { stdin: 'echo from the shell\n' })).toBe('from the shell\n');
  });

  test('ends with the exit code that Apptainer passes on', async () => {
    const { path: image } = await convertDebian({ Entrypoint: ['sh', '-c', 'exit 42'] });
    const { exitCode } = await runApptainer(['run', image], { acceptExitCodes: [42] });
    expect(exitCode).toBe(42);
  });

  test.each([
    { flags: [], what: 'evaluated by a shell' },
    { flags: ['--no-eval'], what: 'passed unchanged with --no-eval' },
  ])('gets arguments of the command line $what, as in an image of Apptainer', async ({ flags }) => {
    const args = ['two  words', '$CIC_HOST', "it's", 'a;b', '*', '', '$(echo x)', '\\$x', 'ünï'];
    const options = { flags, env: { CIC_HOST: 'of the host' } };
    const config = { Entrypoint: ['/show', 'args'], Cmd: ['default'] };
    const { path: image, layout } = await workshop.convert({ layers: [workshop.show], config });
    const theirs = await workshop.buildWithApptainer(layout);
    const ours = await runImage(image, args, options);
    expect(ours).toBe(await runImage(theirs, args, options));
    expect(ours).toContain('[two  words]');
    expect(ours).toContain(flags.length === 0 ? '[of the host]' : '[$CIC_HOST]');
  });
});

describe('a usual image', () => {
  test('has the environment that Apptainer would give it', async () => {
    const config = { Env: ['PATH=/usr/bin:/bin', 'LANG=C.UTF-8', 'OMP_NUM_THREADS=4'], Cmd: ['/bin/bash'] };
    const { path: image, layout } = await convertDebian(config);
    const theirs = await workshop.buildWithApptainer(layout);
    for (const flags of [[], ['--cleanenv']]) {
      const read = async (sif: string) =>
        withoutNames(parseEnvironment(await execInImage(sif, ['/show', 'environ'], { flags })));
      expect(await read(image)).toEqual(await read(theirs));
    }
  });
});

describe('an image without a shell', () => {
  const config = { Entrypoint: ['/show', 'args'], Cmd: ['$HOME', 'two words'], Env: ['CIC_STATIC=a "b"\nc'] };

  test('runs', async () => {
    const { path: image } = await workshop.convert({ layers: [workshop.show], config });
    expect(await runImage(image)).toBe('[args]\n[$HOME]\n[two words]\n');
    expect(await runImage(image, ['a b', 'c'])).toBe('[args]\n[a b]\n[c]\n');
    expect(await runImage(image, ['a b'], { flags: ['--no-eval'] })).toBe('[args]\n[a b]\n');
    expect(await execInImage(image, ['/show', 'env', 'CIC_STATIC'])).toBe('a "b"\nc');
  });
});

describe('a bare squashfs', () => {
  test.each(['zstd', 'gzip'] as const)(
    'compressed with %s is run by Apptainer directly',
    async (compression) => {
      const { path: image } = await workshop.convert({
        layers: [...workshop.debian, workshop.show],
        config: { Entrypoint: ['/show', 'env'], Env: ['CIC_BARE=a b'] },
        options: { format: 'squashfs', compression, level: compression === 'gzip' ? 1 : 3 },
      });
      expect(await runImage(image, ['CIC_BARE'])).toBe('a b');
      expect(await inspectImage(image, '--runscript')).toContain('/show env');
    },
  );
});

describe('an archive of a layout', () => {
  test('is read without entries for its folders, which Apptainer refuses', async () => {
    const config = { Entrypoint: ['/show', 'from an archive'] };
    const layout = await workshop.writeLayout({ layers: [workshop.show], config });
    const { stdout } = await run({ file: 'find', args: [layout, '-not', '-type', 'd', '-printf', '%P\\n'] });
    const names = stdout.trim().split('\n');
    const archive = `${layout}.tar`;
    await run({ file: 'tar', args: ['--dereference', '-C', layout, '-cf', archive, ...names] });
    const { path: image } = await convertLayout(archive, `${layout}.sif`);
    expect(await runImage(image)).toBe('[from an archive]\n');
  });
});

describe('a program that a layer adds', () => {
  test('is found through the PATH of the image, with its modes', async () => {
    const layer = await workshop.packLayer(async (folder) => {
      await mkdir(join(folder, 'opt/odd'), { recursive: true });
      await writeFile(join(folder, 'opt/odd/hello'), '#!/bin/sh\necho "hello $*"\n');
      await chmod(join(folder, 'opt/odd/hello'), 0o755);
    });
    const image = await workshop.convert({
      layers: [...workshop.debian, layer],
      config: { Env: [`PATH=${path}`], Entrypoint: ['hello'] },
    });
    expect(await runImage(image.path, ['to', 'you'])).toBe('hello to you\n');
    expect(await execInImage(image.path, ['hello', 'a', 'b'])).toBe('hello a b\n');
  });
});

function parseEnvironment(text: string): Record<string, string> {
  const entries = text.split('\0').filter((entry) => entry !== '');
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}

/** Without what tells the name of the image file. */
function withoutNames(variables: Record<string, string>): Record<string, string> {
  const names = /^(APPTAINER|SINGULARITY)_(CONTAINER|NAME|ENVIRONMENT|COMMAND)$/;
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !names.test(name)));
}
