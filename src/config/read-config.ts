import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { toUnknownKeyErrors } from '../document/unknown-keys.ts';
import { parseYamlDocument } from '../document/yaml-document.ts';
import { AppError } from '../errors/app-error.ts';
import { formatProblem, type Problem } from '../errors/problem.ts';
import { toSchemaProblems } from '../errors/schema-problems.ts';
import { explainUnreadable } from '../errors/unreadable.ts';
import { completeConfig } from './complete-config.ts';
import type { Config } from './config.ts';
import { type ConfigFile, configSchema } from './config-schema.ts';
import { mergeValues, readEnvironment, withoutSettings } from './environment.ts';
import type { Machine } from './machine-defaults.ts';

/** The settings, with the places that they come from. */
export type ReadSettings = {
  readonly config: Config;
  /** What file and environment say, in the file's words. */
  readonly given: ConfigFile;
  /** Variables that set a key, by the key's path with points. */
  readonly variables: ReadonlyMap<string, string>;
};

/**
 * Reads the site's configuration: the file that is given, else the first of `$CIC_CONFIG`,
 * `~/.config/cic/config.yaml` and `/etc/cic/config.yaml`, else none. Variables of the environment win over the file.
 *
 * @throws FILE_UNREADABLE - the file is not there, or may not be read
 * @throws CONFIG_INVALID - it or the environment has faults; `details.problems` has every {@link Problem}
 */
export async function readConfig(file: string | undefined, machine: Machine): Promise<Config> {
  return (await readSettings(file, machine)).config;
}

/** As {@link readConfig}, with the sources of the settings. */
export async function readSettings(file: string | undefined, machine: Machine): Promise<ReadSettings> {
  const found = await findConfigFile(file, machine);
  const { problems, settings } = checkSettings(found?.text ?? '', found?.file, machine);
  if (settings !== undefined) return settings;
  throw new AppError('CONFIG_INVALID', problems.map(formatProblem).join('\n'), {
    hint: '`cic schema config` prints the schema',
    details: { problems },
  });
}

type Check = { readonly problems: readonly Problem[]; readonly settings?: ReadSettings };

/** Each problem has the place of what is wrong: in the file, or the name of the variable. */
function checkSettings(text: string, file: string | undefined, machine: Machine): Check {
  const environment = readEnvironment(machine.env);
  const document = parseYamlDocument(text, file ?? '');
  if (document.problems.length > 0) return { problems: document.problems };
  const value = document.value ?? {};
  const variables = new Map(environment.values.map(({ path, variable }) => [path.join('.'), variable]));
  const parsed = configSchema.safeParse(mergeValues(value, environment.values), { reportInput: true });
  const issues = parsed.success ? [] : parsed.error.issues;
  const variableOf = ({ path }: { readonly path: readonly PropertyKey[] }) => variables.get(path.join('.'));
  const inFile = issues.filter((issue) => variableOf(issue) === undefined);
  const problems = [
    ...toSchemaProblems(inFile, { file, locate: document.locate }),
    ...toUnknownKeyErrors({ ...document, value }, configSchema, file ?? ''),
    ...issues
      .filter((issue) => variableOf(issue) !== undefined)
      .flatMap((issue) =>
        toSchemaProblems([issue]).map((problem) => ({ ...problem, field: variableOf(issue) ?? '' })),
      ),
    ...environment.problems,
  ];
  if (problems.length > 0 || !parsed.success) return { problems };
  const path = file === undefined ? undefined : resolve(machine.cwd, file);
  const config = completeConfig(parsed.data, machine, path);
  return { problems, settings: { config, given: parsed.data, variables } };
}

/** Everything that is wrong with a configuration file; a key that means nothing is an error here. */
export function checkConfig(
  text: string,
  file: string,
  machine: Machine,
): { readonly problems: readonly Problem[]; readonly config?: Config } {
  const env = withoutSettings(machine.env);
  const { problems, settings } = checkSettings(text, file, { ...machine, env });
  return { problems, ...(settings && { config: settings.config }) };
}

async function findConfigFile(
  file: string | undefined,
  { env, home }: Machine,
): Promise<{ readonly file: string; readonly text: string } | undefined> {
  const named = file ?? (env['CIC_CONFIG'] || undefined);
  if (named !== undefined) {
    const text = await readFile(named, 'utf8').catch((cause) => {
      throw new AppError('FILE_UNREADABLE', explainUnreadable(`the configuration ${named}`, cause), {
        cause,
      });
    });
    return { file: named, text };
  }
  const own = resolve(env['XDG_CONFIG_HOME'] || resolve(home, '.config'), 'cic', 'config.yaml');
  for (const path of [own, '/etc/cic/config.yaml']) {
    const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
      throw new AppError('FILE_UNREADABLE', explainUnreadable(`the configuration ${path}`, cause), {
        cause,
      });
    });
    if (text !== undefined) return { file: path, text };
  }
  return undefined;
}
