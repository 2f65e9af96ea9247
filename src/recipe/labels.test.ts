import { describe, expect, test } from 'vitest';
import { arm, cray } from '../machine/system/system.fixture.ts';
import { planRecipe } from './plan-recipe.ts';
import { makePlanInput, makeRequest } from './recipe.fixture.ts';

const planFor = (machine: Parameters<typeof makeRequest>[0]) =>
  planRecipe(makePlanInput({ request: makeRequest(machine) }));

describe('an image for a named HPC system', () => {
  const named = {
    machine: { system: cray, requestedArchitecture: 'cray-gpu', gpu: 'hip', gpuArch: 'gfx90a' },
  };

  test('says what it expects of the host', async () => {
    await expect(planFor(named).dockerfile).toMatchFileSnapshot('golden/system.dockerfile');
  });

  test('says only what is known', () => {
    const { dockerfile } = planFor({ machine: { system: arm } });
    expect(dockerfile).toContain('"cic.host.mpi"="openmpi"');
    expect(dockerfile).not.toMatch(/cic\.(?:run-line|host\.pmi|host\.gpu)/);
  });

  test('has the digest of an image for the same machine without a name', () => {
    const { system: _system, ...unnamed } = named.machine;
    expect(planFor(named).digest).toBe(planFor({ machine: unnamed }).digest);
  });
});

test('a shell word in a run line reaches the label as it is', () => {
  const system = { ...cray, runLine: `printf '%s\\n' {image} && bash -c 'exec "$@"' bash {command}` };
  expect(planFor({ machine: { system } }).dockerfile).toContain(
    String.raw`"cic.run-line"="printf '%s\\n' {image} && bash -c 'exec \"\$@\"' bash {command}"`,
  );
});
