import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findMicroarchitecture } from '../microarchitecture.ts';
import { mpiAbiOf } from '../mpi.ts';
import { findMpiMismatch } from '../mpi-compatibility.ts';
import { platformOf } from '../resolve-architecture.ts';
import { findPartitions, findSystem, requireSystem } from './find-system.ts';
import { loadSystems } from './load-systems.ts';
import { formatRun, planSystemRun } from './run-plan.ts';

const own = await loadSystems();

describe('the machine files of CIC', () => {
  test('are many, each named after its system', async () => {
    const files = await readdir(new URL('../../../machines/', import.meta.url));
    expect(files.map((file) => basename(file, '.yaml')).sort()).toEqual(own.map(({ name }) => name));
    expect(own.length).toBeGreaterThanOrEqual(15);
  });

  test('use every name once', () => {
    const names = own.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(own.map((system) => [system.name, system] as const))(
    '%s: what it says fits together, and a link says where it is from',
    (_name, system) => {
      const microarchitecture = findMicroarchitecture(system.microarchitecture);
      expect(microarchitecture && platformOf(microarchitecture)).toEqual(system.platform);
      expect(system.sources.length).toBeGreaterThan(0);
      for (const { url } of system.sources) expect(url).toMatch(/^https:\/\/[^/]+\/./);
      expect([undefined, system.mpi?.abi]).toContain(system.mpi && mpiAbiOf(system.mpi));
      expect(findMpiMismatch(system.mpi?.buildWith ?? '', system)).toBeUndefined();
      expect(system.gpu?.kind === 'intel' || system.gpu === undefined || system.gpu.arch).toBeTruthy();
      const flag = system.runtime?.gpuFlag;
      if (flag !== undefined && system.runLine !== undefined) expect(system.runLine).toContain(` ${flag} `);
      expect(formatRun(planSystemRun(system), {})).toContain('<command>');
    },
  );
});

describe('systems are found', () => {
  test('by name and alias, in any case', () => {
    expect(findSystem(own, ' MN5-ACC ')?.name).toBe('marenostrum5-acc');
    expect(requireSystem(own, 'lumi-g').platform.architecture).toBe('amd64');
    expect(findPartitions(own, 'LUMI').map(({ name }) => name)).toEqual(['lumi-c', 'lumi-g']);
  });

  test.each([
    ['lumi', 'did you mean "lumi-c" or "lumi-g"?'],
    ['frontire', 'did you mean "frontier"?'],
    ['', '`cic machines` lists the known systems'],
  ])('or the nearest names are told: %j', (name, hint) => {
    expect(() => requireSystem(own, name)).toThrow(
      expect.objectContaining({
        code: 'MACHINE_UNKNOWN_SYSTEM',
        hint: expect.stringContaining(hint),
      }) as Error,
    );
  });
});

describe('a folder of the site', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cic-machines-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = (name: string, text: string) => writeFile(join(folder, name), text);

  test('adds systems, and its names win', async () => {
    await write(
      'ours.yaml',
      'name: ours\naliases: [daint]\nplatform: linux/amd64\nmicroarchitecture: rome\n',
    );
    await write('lumi-g.yml', 'name: lumi-g\nplatform: linux/amd64\nmicroarchitecture: zen4\n');
    await write('README.md', 'not a machine');
    const systems = await loadSystems(folder);
    expect(systems).toHaveLength(own.length + 1);
    expect(findSystem(systems, 'daint')).toMatchObject({ name: 'ours', microarchitecture: 'zen2' });
    expect(findSystem(systems, 'lumi-g')).toMatchObject({ microarchitecture: 'zen4' });
    expect(findSystem(systems, 'alps-gh200')?.aliases).toEqual(['clariden', 'santis']);
  });

  test('has all its faults told at once, with their places', async () => {
    await write('a.yaml', 'name: a\nplatform: linux/amd64\nmicroarchitecture: zen3\nmpi: {family: x}\n');
    await write('b.yaml', 'name: b\nplatfrom: linux/amd64\nmicroarchitecture: zen3\n');
    await expect(loadSystems(folder)).rejects.toMatchObject({
      code: 'MACHINE_FILE_INVALID',
      message: expect.stringMatching(
        /a\.yaml:4:\d: mpi\.abi: is missing\n.*b\.yaml:1:1: platform: is missing/,
      ),
    });
  });

  test('may not use one name for two systems', async () => {
    const rest = 'platform: linux/amd64\nmicroarchitecture: zen3\n';
    await write('a.yaml', `name: a\n${rest}`);
    await write('b.yaml', `name: b\naliases: [a]\n${rest}`);
    await expect(loadSystems(folder)).rejects.toThrow('"a" is the name of another system too');
  });

  test('must be there', async () => {
    await expect(loadSystems(join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});
