import { toUnknownKeyErrors } from '../../document/unknown-keys.ts';
import { parseYamlDocument, type YamlDocument } from '../../document/yaml-document.ts';
import { isAppError } from '../../errors/app-error.ts';
import type { Problem } from '../../errors/problem.ts';
import { placeProblem, toSchemaProblems } from '../../errors/schema-problems.ts';
import { parsePlatform } from '../../oci/platform.ts';
import { resolveArchitecture } from '../resolve-architecture.ts';
import type { HpcSystem, SystemGpu, SystemMpi, SystemRuntime } from './system.ts';
import { type SystemFile, systemSchema } from './system-schema.ts';

/** The system when nothing is wrong with its file, and everything that is. */
export type ParsedSystem = { readonly system?: HpcSystem; readonly problems: readonly Problem[] };

/** Keys that a machine file must have, and that no other file of CIC begins a line with. */
const ownKeys = /^(?:platform|microarchitecture)\s*:/m;

/** Whether a YAML text looks like a machine file, with or without faults. */
export function isSystemFile(text: string): boolean {
  return ownKeys.test(text);
}

/** Reads a machine file; a key that means nothing is an error. */
export function parseSystem(text: string, file: string): ParsedSystem {
  const document = parseYamlDocument(text, file);
  if (document.problems.length > 0) return { problems: document.problems };
  const parsed = systemSchema.safeParse(document.value, { reportInput: true });
  const problems = [
    ...(parsed.success ? [] : toSchemaProblems(parsed.error.issues, { file, locate: document.locate })),
    ...toUnknownKeyErrors(document, systemSchema, file),
  ];
  if (!parsed.success || problems.length > 0) return { problems };
  return resolveNames(parsed.data, document, file);
}

function resolveNames(settings: SystemFile, { locate }: YamlDocument, file: string): ParsedSystem {
  const absent = settings.unconfirmed.filter((field) => settings[field] === undefined);
  if (absent.length > 0) {
    const message = `names what the file does not say: ${absent.join(', ')}`;
    return { problems: [placeProblem({ severity: 'error', message }, ['unconfirmed'], { file, locate })] };
  }
  try {
    const platform = parsePlatform(settings.platform);
    const { name } = resolveArchitecture(settings.microarchitecture, platform);
    return { system: toSystem(settings, { platform, microarchitecture: name }), problems: [] };
  } catch (error) {
    if (!isAppError(error)) throw error;
    const { message, hint } = error;
    const problem: Problem = { severity: 'error', message, ...(hint !== undefined && { hint }) };
    return { problems: [placeProblem(problem, ['microarchitecture'], { file, locate })] };
  }
}

function toSystem(
  settings: SystemFile,
  resolved: Pick<HpcSystem, 'platform' | 'microarchitecture'>,
): HpcSystem {
  const { name, aliases, description, fabric, scheduler, modules, bind, env, unconfirmed } = settings;
  const { gpu, mpi, runtime, run_line: runLine } = settings;
  return {
    name,
    aliases,
    ...(description !== undefined && { description }),
    ...resolved,
    ...(gpu !== undefined && { gpu: toGpu(gpu) }),
    ...(mpi !== undefined && { mpi: toMpi(mpi) }),
    ...(fabric !== undefined && { fabric }),
    ...(scheduler !== undefined && { scheduler }),
    ...(runtime !== undefined && { runtime: toRuntime(runtime) }),
    modules,
    bind,
    env,
    ...(runLine !== undefined && { runLine }),
    unconfirmed,
    sources: settings.sources.map(({ url, fact, date }) => ({
      url,
      fact,
      ...(date !== undefined && { date }),
    })),
  };
}

function toGpu({ kind, arch, driver, build_with }: NonNullable<SystemFile['gpu']>): SystemGpu {
  return {
    kind,
    ...(arch !== undefined && { arch }),
    ...(driver !== undefined && { driver }),
    ...(build_with !== undefined && { buildWith: build_with }),
  };
}

function toMpi({ family, version, abi, build_with, pmi, model }: NonNullable<SystemFile['mpi']>): SystemMpi {
  return {
    family,
    ...(version !== undefined && { version }),
    abi,
    ...(build_with !== undefined && { buildWith: build_with }),
    ...(pmi !== undefined && { pmi }),
    ...(model !== undefined && { model }),
  };
}

function toRuntime({
  name,
  version,
  build_allowed,
  gpu_flag,
}: NonNullable<SystemFile['runtime']>): SystemRuntime {
  return {
    name,
    ...(version !== undefined && { version }),
    ...(build_allowed !== undefined && { buildAllowed: build_allowed }),
    ...(gpu_flag !== undefined && { gpuFlag: gpu_flag }),
  };
}
