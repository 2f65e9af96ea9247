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
import { configSchema } from './config-schema.ts';
import type { Machine } from './machine-defaults.ts';

/**
 * Reads the site's configuration: the file that is given, else the first of `$CIC_CONFIG`,
 * `~/.config/cic/config.yaml` and `/etc/cic/config.yaml`, else none.
 *
 * @throws FILE_UNREADABLE - the file is not there, or may not be read
 * @throws CONFIG_INVALID - it has faults; `details.problems` has every {@link Problem}
 */
export async function readConfig(file: string | undefined, machine: Machine): Promise<Config> {
  const found = await findConfigFile(file, machine);
  if (found === undefined) return completeConfig({}, machine);
  const { problems, config } = checkConfig(found.text, found.file, machine);
  if (config !== undefined) return config;
  throw new AppError('CONFIG_INVALID', problems.map(formatProblem).join('\n'), {
    hint: '`cic schema config` prints the schema',
    details: { problems },
  });
}

/** Everything that is wrong with a configuration; a key that means nothing is an error here. */
export function checkConfig(
  text: string,
  file: string,
  machine: Machine,
): { readonly problems: readonly Problem[]; readonly config?: Config } {
  const document = parseYamlDocument(text, file);
  if (document.problems.length > 0) return { problems: document.problems };
  const value = document.value ?? {};
  const place = { file, locate: document.locate };
  const parsed = configSchema.safeParse(value, { reportInput: true });
  const schemaProblems = parsed.success ? [] : toSchemaProblems(parsed.error.issues, place);
  const keyProblems = toUnknownKeyErrors({ ...document, value }, configSchema, file);
  const problems = [...schemaProblems, ...keyProblems];
  if (problems.length > 0 || !parsed.success) return { problems };
  return { problems, config: completeConfig(parsed.data, machine, resolve(machine.cwd, file)) };
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
