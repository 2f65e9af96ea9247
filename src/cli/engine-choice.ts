import { Option } from 'commander';
import { createEngines } from '../app.ts';
import type { Config } from '../config/config.ts';
import { type Engine, engineKinds } from '../engine/port.ts';
import type { CliContext } from './io.ts';

export const engineOption = () =>
  new Option('-e, --engine <engine>', 'what builds the image (default: auto)')
    .choices(['auto', ...engineKinds])
    .env('CIC_ENGINE');

/** The engine that the command line names, else the configuration. */
export async function openEngine(
  choice: Config['engine']['kind'] | undefined,
  config: Config,
  { signal }: CliContext,
): Promise<Engine> {
  void [choice, signal];
  const { buildah } = createEngines(config);
  if (buildah === undefined) throw new Error('todo');
  return buildah;
}
