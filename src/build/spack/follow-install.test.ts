import { expect, test } from 'vitest';
import type { EngineEvent } from '../../engine/events.ts';
import { makeSpackInput } from '../../recipe/recipe.fixture.ts';
import { findNode } from '../../spack/lock-nodes.ts';
import { followInstall } from './follow-install.ts';

const { nodes } = makeSpackInput().lock;

function idOf(name: string): string {
  const { version, hash } = findNode(nodes, name) ?? { version: '', hash: '' };
  return `${name}-${version}-${hash}`;
}

function compiled(name: string, seconds: number): string[] {
  return [
    `==> No binary for ${idOf(name)} found: installing from source`,
    `==> ${name}: Executing phase: 'build'`,
    `==> ${name}: Successfully installed ${idOf(name)}`,
    `  Stage: 0.02s.  Build: ${seconds}s.  Total: ${seconds}s`,
    `[+] /opt/software/${idOf(name)}`,
  ];
}

function fromCache(name: string): string[] {
  return [
    `==> Extracting ${idOf(name)} from binary cache`,
    `==> ${name}: Successfully installed ${idOf(name)}`,
    '  Search: 0.00s.  Fetch: 0.03s.  Install: 0.06s.  Extract: 0.04s.  Relocate: 0.01s.  Total: 0.10s',
    `[+] /opt/software/${idOf(name)}`,
  ];
}

function follow(
  lines: readonly string[],
  known: Record<string, number> = {},
  stage: 'spack' | 'pip' = 'spack',
) {
  const events: EngineEvent[] = [];
  const install = followInstall(nodes, new Map(Object.entries(known)), (event) => events.push(event));
  for (const line of lines) install.onEvent({ kind: 'log', stage, line, stream: 'stdout' });
  const progress = events.filter((event) => event.kind === 'progress');
  return { events, progress, times: install.times };
}

test('what is built counts, externals do not', () => {
  const { progress } = follow(compiled('zlib', 12.5));
  expect(progress[0]).toEqual({
    kind: 'progress',
    stage: 'spack',
    current: 0,
    total: 4,
    unit: 'packages',
    item: 'zlib@1.3.1',
  });
  expect(progress.map(({ item }) => item)).toContain('zlib@1.3.1 build');
  expect(progress.at(-1)).toMatchObject({ current: 1, total: 4 });
});

test('every line is handed on before what it means', () => {
  const { events } = follow(compiled('zlib', 1));
  expect(events.filter(({ kind }) => kind === 'log')).toHaveLength(5);
  expect(events[0]?.kind).toBe('log');
  expect(events[1]?.kind).toBe('progress');
});

test('how long a package took is kept, but not of those from the cache', () => {
  const { times } = follow([...compiled('zlib', 12.5), ...fromCache('lz4')]);
  expect([...times]).toEqual([['zlib', 12.5]]);
});

test('the rest is estimated from what is known of it, and shrinks', () => {
  const { progress } = follow(compiled('zlib', 10), { zlib: 9.6, lz4: 20, hdf5: 900 });
  expect(progress.map(({ remainingSeconds }) => remainingSeconds).at(0)).toBe(30);
  expect(progress.map(({ remainingSeconds }) => remainingSeconds).at(-1)).toBe(20);
});

test('where nothing is known nothing is estimated', () => {
  const { progress } = follow(compiled('zlib', 10), { zlib: 10 });
  expect(progress[0]).toHaveProperty('remainingSeconds', 10);
  expect(progress.at(-1)).not.toHaveProperty('remainingSeconds');
});

test('lines of other stages mean nothing', () => {
  expect(follow(compiled('zlib', 1), {}, 'pip').progress).toEqual([]);
});

test('what scripts warn of is a warning', () => {
  const line = 'cic: warning: the public cache oci://a/b is left out: Connection refused';
  const { events } = follow([line, 'warning: unused variable']);
  expect(events.filter(({ kind }) => kind === 'warning')).toEqual([
    { kind: 'warning', message: line.slice('cic: warning: '.length) },
  ]);
});
