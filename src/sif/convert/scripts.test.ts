import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { makeConfig } from '../image.fixture.ts';
import { formatEnvironmentScript, readEnvironment } from './environment.ts';
import { formatRunscript } from './runscript.ts';

const path = '/odd path:/usr/bin:/bin';

/** Values that `apptainer build` changes, or that cost the image its whole environment. */
const values: Readonly<Record<string, string>> = {
  SPACES: ' two  words ',
  QUOTES: `it's "quoted"`,
  LINES: 'first\nsecond\n',
  TAB: 'a\tb',
  HOME_SIGN: '$HOME/x ~',
  COMMAND: '$(id) `id`',
  OPEN_COMMAND: '$(',
  BACKTICK: '`',
  QUOTE: '"',
  APOSTROPHES: "'''",
  BACKSLASH: 'C:\\new\\',
  UNICODE: 'größe 日本 🚀',
  SIGNS: '* ? [a] ; & | < > # ! %s',
  EQUALS: 'a=b=c',
  EMPTY: '',
};

function shell(script: string, args: readonly string[] = [], env: Record<string, string> = {}): string {
  return execFileSync('/bin/sh', ['-c', script, 'sh', ...args], {
    env: { PATH: '/usr/bin:/bin', ...env },
    encoding: 'utf8',
  });
}

describe('the environment script', () => {
  const variables = [`PATH=${path}`, ...Object.entries(values).map(([name, value]) => `${name}=${value}`)];
  const environment = readEnvironment(makeConfig({ layers: [], config: { Env: variables } }));
  const script = formatEnvironmentScript(environment);

  test.each(Object.entries(values))('hands %s on unchanged', (name, value) => {
    expect(shell(`${script}\nprintf %s "$${name}"`)).toBe(value);
  });

  test('exports every variable', () => {
    const names = shell(`${script}\nexport`);
    for (const name of Object.keys(values)) expect(names).toContain(name);
  });

  test('sets PATH outright and leaves what the user has set', () => {
    const env = { PATH: '/bin', SPACES: 'mine' };
    expect(shell(`${script}\nprintf '%s|%s' "$PATH" "$SPACES"`, [], env)).toBe(`${path}|mine`);
  });

  test('works in a shell that stops at errors and unset variables', () => {
    expect(shell(`set -eu\n${script}\nprintf %s "$TAB"`)).toBe('a\tb');
  });
});

test.each(['a.b=1', '=2', 'novalue', '1A=x', 'A B=x', 'A-B=x', 'X=a\0b', 'É=x'])(
  'the entry %j is skipped and harms no other',
  (entry) => {
    const config = makeConfig({ layers: [], config: { Env: [entry, 'GOOD=3'] } });
    expect(readEnvironment(config)).toEqual({
      variables: [{ name: 'GOOD', value: '3' }],
      skipped: [entry],
    });
  },
);

test('of two entries for a variable the last one counts', () => {
  const config = makeConfig({ layers: [], config: { Env: ['A=1', 'B=2', 'A=3'] } });
  expect(readEnvironment(config).variables).toEqual([
    { name: 'A', value: '3' },
    { name: 'B', value: '2' },
  ]);
});

test('an image without variables has an empty environment', () => {
  for (const config of [undefined, {}, { Env: null }])
    expect(readEnvironment(makeConfig({ layers: [], config })).variables).toEqual([]);
});

describe('the run script', () => {
  const odd = [
    '$HOME',
    '`id`',
    '$(id)',
    '*',
    'two  words',
    `it's "it"`,
    '',
    'back\\slash',
    'a\nb',
    '~',
    '-n',
  ];
  const show = ['/bin/sh', '-c', 'for word; do printf "[%s]\\n" "$word"; done', 'show'];
  const printed = (words: readonly string[]) => words.map((word) => `[${word}]\n`).join('');
  const run = (
    settings: { Entrypoint?: string[]; Cmd?: string[] },
    args: readonly string[] = [],
    env: Record<string, string> = {},
  ) => shell(formatRunscript(makeConfig({ layers: [], config: settings })), args, env);

  test.each([{}, { APPTAINER_NO_EVAL: '1' }])('hands the default command on literally %j', (env) => {
    expect(run({ Entrypoint: show, Cmd: odd }, [], env)).toBe(printed(odd));
    expect(run({ Cmd: [...show, ...odd] }, [], env)).toBe(printed(odd));
    expect(run({ Entrypoint: [...show, ...odd] }, [], env)).toBe(printed(odd));
  });

  test('replaces the default command by arguments', () => {
    expect(run({ Entrypoint: show, Cmd: ['default'] }, ['a b', 'c'])).toBe('[a b]\n[c]\n');
    expect(run({ Cmd: ['/bin/false'] }, ['/bin/echo', 'x'])).toBe('x\n');
  });

  test('evaluates arguments as Apptainer does, unless told not to', () => {
    const env = { CIC_HOST: 'of the host' };
    expect(run({ Entrypoint: show }, ['$CIC_HOST'], env)).toBe('[of the host]\n');
    const literal = { ...env, SINGULARITY_NO_EVAL: '1' };
    expect(run({ Entrypoint: show }, odd, literal)).toBe(printed(odd));
  });

  test('starts a shell when the image names no program', () => {
    expect(run({}, ['/bin/echo', 'x'])).toBe('x\n');
    expect(formatRunscript(makeConfig({ layers: [] }))).toContain('/bin/sh');
  });

  test('ends in the lines that Apptainer runs itself, for images without a shell', () => {
    const script = formatRunscript(makeConfig({ layers: [], config: { Cmd: ['x'] } }));
    expect(script).toMatch(/\n\neval "set \$\{SINGULARITY_OCI_RUN\}"\nexec "\$@"\n$/);
  });
});
