import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAppError } from '../../errors/app-error.ts';
import { isProcessAlive } from '../../exec/process-alive.ts';
import { run } from '../../exec/run.ts';
import { findRunOwner } from '../build-files.ts';
import { planListContainers, planRemoveContainers, runSecretId, type StoreSettings } from './commands.ts';
import { findStore } from './store.ts';

const listAttempts = 20;
const listAgainAfterMs = 100;

type WorkingContainer = {
  readonly id: string;
  /** Private folder of the run that made it. */
  readonly runDirectory: string;
};

/**
 * Removes the working containers of one run, and those that processes of ours left when they were killed.
 * Containers of living processes that share the store, and those of other programs, stay.
 */
export async function removeWorkingContainers(settings: StoreSettings, runDirectory?: string): Promise<void> {
  const containers = await listWorkingContainers(settings);
  const ids = containers.flatMap((container) => {
    const owner = findRunOwner(container.runDirectory);
    const isAbandoned = owner !== undefined && !isProcessAlive(owner);
    return container.runDirectory === runDirectory || isAbandoned ? [container.id] : [];
  });
  // Another process may remove the same abandoned ones at the same time.
  if (ids.length > 0) await run(planRemoveContainers(settings, ids), { acceptExitCodes: [0, 1, 125] });
}

async function listWorkingContainers(settings: StoreSettings): Promise<WorkingContainer[]> {
  const listed = await listContainers(settings);
  if (listed.length === 0) return [];
  const { root, driver } = await findStore(settings);
  const folder = join(root, `${driver}-containers`);
  const containers = await Promise.all(
    listed.map(async ({ id }) => {
      const file = join(folder, id, 'userdata', 'buildah.json');
      const runDirectory = parseRunDirectory(await readFile(file, 'utf8').catch(() => '{}'));
      return runDirectory === undefined ? [] : [{ id, runDirectory }];
    }),
  );
  return containers.flat();
}

/**
 * buildah reads one container after another, and gives up when another build has removed one meanwhile. Those that
 * cannot be listed now are removed after the next build.
 */
async function listContainers(settings: StoreSettings): Promise<readonly { readonly id: string }[]> {
  for (let attempt = 1; attempt <= listAttempts; attempt += 1) {
    try {
      const { stdout } = await run(planListContainers(settings));
      return (JSON.parse(stdout || '[]') as { id: string }[] | null) ?? [];
    } catch (error) {
      const isRemoved = isAppError(error, 'EXEC_FAILED') && error.message.includes('container not known');
      if (!isRemoved) throw error;
      await sleep(listAgainAfterMs);
    }
  }
  return [];
}

/** buildah keeps the options of a build with each of its containers; no command prints them. */
function parseRunDirectory(buildahJson: string): string | undefined {
  const state = JSON.parse(buildahJson) as { CommonBuildOpts?: { Secrets?: string[] | null } | null };
  const marker = `id=${runSecretId},src=`;
  const secret = state.CommonBuildOpts?.Secrets?.find((text) => text.startsWith(marker));
  return secret?.slice(marker.length);
}
