import { z } from 'zod';
import { isAppError } from '../errors/app-error.ts';
import type { Command } from '../exec/command.ts';
import { run } from '../exec/run.ts';
import { planInspectImage, type StoreSettings } from './buildah/commands.ts';
import { planInspectLabels } from './buildx/commands.ts';
import type { CallOptions } from './port.ts';

export type ImageLabels = Readonly<Record<string, string>>;

const labels = z.record(z.string(), z.string()).nullish();
const buildahSettings = z.looseObject({
  OCIv1: z.looseObject({ config: z.looseObject({ Labels: labels }) }),
});

/**
 * The labels of an image that Docker or buildah keeps on this machine.
 *
 * @returns Undefined when neither has an image of that name.
 */
export async function readLocalLabels(
  name: string,
  store: StoreSettings,
  { signal }: CallOptions,
): Promise<ImageLabels | undefined> {
  if (name.startsWith('-')) return undefined;
  const ask = async (command: Command) => {
    try {
      const { stdout } = await run(command, { signal, timeoutMs: 30_000 });
      return JSON.parse(stdout) as unknown;
    } catch (error) {
      if (isAppError(error, 'CANCELLED')) throw error;
      return undefined;
    }
  };
  const docker = labels.safeParse(await ask(planInspectLabels('docker', name)));
  if (docker.success && docker.data) return docker.data;
  const buildah = buildahSettings.safeParse(await ask(planInspectImage(store, name)));
  return buildah.success ? (buildah.data.OCIv1.config.Labels ?? {}) : undefined;
}
