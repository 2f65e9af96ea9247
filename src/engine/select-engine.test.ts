import { expect, test } from 'vitest';
import type { Engine, EngineKind, EngineStatus } from './port.ts';
import { selectEngine } from './select-engine.ts';

const usable: EngineStatus = { usable: true, version: '1', platforms: [] };
const missing: EngineStatus = { usable: false, reason: 'not installed', hint: 'install it' };

function engine(kind: EngineKind, status: EngineStatus): Engine {
  return { kind, check: async () => status } as Engine;
}

test('auto takes the first that can be used', async () => {
  const both = [engine('buildx', usable), engine('buildah', usable)];
  expect((await selectEngine('auto', both)).kind).toBe('buildx');
  const second = [engine('buildx', missing), engine('buildah', usable)];
  expect((await selectEngine('auto', second)).kind).toBe('buildah');
});

test('an engine that was named is not replaced by another one', async () => {
  const engines = [engine('buildx', missing), engine('buildah', usable)];
  await expect(selectEngine('buildx', engines)).rejects.toMatchObject({
    code: 'ENGINE_UNAVAILABLE',
    message: 'the engine buildx cannot be used\nbuildx: not installed',
    hint: 'install it',
  });
});

test('without any engine every reason is given', async () => {
  const engines = [engine('buildx', missing), engine('buildah', missing)];
  await expect(selectEngine('auto', engines)).rejects.toMatchObject({
    message: 'no engine can be used\nbuildx: not installed\nbuildah: not installed',
  });
});
