import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineEvent, EngineEventListener } from '../../engine/events.ts';
import { AppError } from '../../errors/app-error.ts';
import type { RecipeStageId } from '../../recipe/recipe.ts';
import { paths } from '../../recipe/spack/paths.ts';
import type { MirrorPlace } from '../../recipe/spack/spack-tools.ts';
import { explainSpackFailure } from '../../spack/failure/explain-failure.ts';
import type { LockNode } from '../../spack/lock.ts';
import { type DeclaredVariant, readVariants, readVersions } from '../../spack/package-recipe.ts';
import type { PreparedTools } from './spack-port.ts';

const keptLines = 5_000;

type Listening = { readonly lines: string[]; readonly onEvent: EngineEventListener };

/** Listens to a stage, so that what Spack said can be explained. */
export function collectLines(stage: RecipeStageId, emit: EngineEventListener): Listening {
  const lines: string[] = [];
  const onEvent = (event: EngineEvent) => {
    if (event.kind === 'log' && event.stage === stage) {
      lines.push(event.line);
      if (lines.length > 2 * keptLines) lines.splice(0, lines.length - keptLines);
    }
    emit(event);
  };
  return { lines, onEvent };
}

export type FailedSpack = {
  readonly phase: 'concretize' | 'install';
  /** All that the stage printed. */
  readonly lines: readonly string[];
  /** What the step asks for. */
  readonly specs?: readonly string[];
  /** archspec name. */
  readonly target: string;
  readonly prepared: PreparedTools;
  /** Nodes of the lock. */
  readonly packages?: readonly LockNode[];
};

/** What a failure of Spack means for the person who wrote the step. */
export async function toSpackError(error: AppError, failed: FailedSpack): Promise<AppError> {
  const { prepared, lines, ...failure } = failed;
  const { output, buildLog } = splitLog(lines);
  const recipes = await readRecipes(prepared, output);
  const { exitCode } = error.details;
  const explanation = explainSpackFailure({
    ...failure,
    lines: output.map((line) => showMirrors(line, prepared.tools.mirrors)),
    ...(typeof exitCode === 'number' && { exitCode }),
    ...(buildLog.length > 0 && { buildLog }),
    knownPackages: [...recipes.names],
    versionsOf: (name) => recipes.versions.get(name),
    variantsOf: (name) => recipes.variants.get(name),
  });
  const { code, message, hint, details } = explanation;
  return new AppError(code, message, {
    hint,
    details: { stage: error.details['stage'], ...details },
    cause: error,
  });
}

/** Source mirrors as the site calls them: inside of builds they have numbers. */
function showMirrors(line: string, mirrors: readonly MirrorPlace[]): string {
  return line.replaceAll(new RegExp(`${paths.mirrors}/(\\d+)(?=/)`, 'g'), (place, index: string) => {
    const mirror = mirrors[Number(index)];
    return mirror?.kind === 'folder' ? mirror.folder : place;
  });
}

/** `spack-install.sh` ends with the log of the package that failed, each under a line of its own. */
function splitLog(lines: readonly string[]): { output: readonly string[]; buildLog: readonly string[] } {
  const start = lines.findIndex((line) => line.startsWith('cic: end of '));
  if (start === -1) return { output: lines, buildLog: [] };
  return { output: lines.slice(0, start), buildLog: lines.slice(start + 1) };
}

type Recipes = {
  readonly names: ReadonlySet<string>;
  readonly versions: ReadonlyMap<string, readonly string[]>;
  readonly variants: ReadonlyMap<string, readonly DeclaredVariant[]>;
};

/** The recipes' names, and what the ones that Spack speaks of declare. */
async function readRecipes({ folders }: PreparedTools, lines: readonly string[]): Promise<Recipes> {
  const repos = [folders.catalogue?.repo, folders.packages ?? join(folders.spack, 'var/spack/repos/builtin')];
  const names = new Set<string>();
  const versions = new Map<string, readonly string[]>();
  const variants = new Map<string, readonly DeclaredVariant[]>();
  const words = new Set(lines.flatMap((line) => line.match(/[a-z0-9][a-z0-9-]+/g) ?? []));
  for (const repo of repos.filter((folder) => folder !== undefined)) {
    const packages = join(repo, 'packages');
    for (const folder of await readdir(packages).catch(() => [])) {
      const name = folder.replaceAll('_', '-').replace(/^-/, '');
      names.add(name);
      if (!words.has(name) || versions.has(name)) continue;
      const recipe = await readFile(join(packages, folder, 'package.py'), 'utf8').catch(() => '');
      versions.set(name, readVersions(recipe));
      variants.set(name, readVariants(recipe));
    }
  }
  return { names, versions, variants };
}
