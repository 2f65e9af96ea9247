import type { z } from 'zod';
import { parseYamlDocument } from '../document/yaml-document.ts';
import { findNearestName } from '../errors/nearest-name.ts';
import type { Problem } from '../errors/problem.ts';
import { placeProblem, toSchemaProblems, toUnknownKeyProblem } from '../errors/schema-problems.ts';
import type { BaseImage } from './base-image.ts';
import type { SpackSection, StepDescription } from './description.ts';
import { readRequirementsFiles } from './requirements-file.ts';
import { hasStepFile, postInstallFile, tryReadStepFile } from './step-files.ts';
import { spackFileSchema, stepFileSchema } from './step-schema.ts';

/** What a step asks for when nothing is wrong with it, and everything that is. */
export type DescriptionReading = {
  readonly description?: StepDescription;
  readonly problems: readonly Problem[];
};

const mainFileNames = ['eflows4hpc.yaml', 'eflows4hpc.yml'];
const spackFileName = 'spack.yaml';
const requirementsFileName = 'requirements.txt';

/** All files of a step that mean something to CIC. */
export const stepFileNames = [...mainFileNames, spackFileName, requirementsFileName, postInstallFile];

/**
 * Reads what a step needs from its folder. `requirements.txt` counts when there is no `pip` key, a plain
 * `spack.yaml` when there is no `spack` key; a step without any of these files needs nothing.
 */
export async function readStepDescription(folder: string): Promise<DescriptionReading> {
  const main = await readMainFile(folder);
  const hasPipKey = main.value !== undefined && 'pip' in main.value;
  const hasSpackKey = main.value !== undefined && 'spack' in main.value;
  const spack = hasSpackKey ? main : await readSpackFile(folder);
  const requirements =
    !hasPipKey && (await hasStepFile(folder, requirementsFileName))
      ? await readRequirementsFiles(folder, requirementsFileName)
      : { files: [], problems: [] };
  const problems = [...main.problems, ...(spack === main ? [] : spack.problems), ...requirements.problems];
  if (problems.some(({ severity }) => severity === 'error')) return { problems };
  const section = spack.value?.spack;
  return {
    description: {
      apt: main.value?.apt ?? [],
      pip: main.value?.pip ?? [],
      requirementsFiles: requirements.files,
      ...(section != null && { spack: section as SpackSection }),
      ...readOptionalKeys(main.value ?? {}),
    },
    problems,
  };
}

type OptionalKeys = Pick<StepDescription, 'base' | 'env' | 'tests' | 'keepBuildTools'>;

function readOptionalKeys({
  base,
  env,
  test,
  keep_build_tools,
}: z.infer<typeof stepFileSchema>): OptionalKeys {
  return {
    ...(base != null && { base: toBaseImage(base) }),
    // Every value was checked to be a text.
    ...(env != null && { env: env as Readonly<Record<string, string>> }),
    ...(test != null && { tests: test }),
    ...(keep_build_tools != null && { keepBuildTools: keep_build_tools }),
  };
}

function toBaseImage(base: string | { suite?: string | undefined; image?: string | undefined }): BaseImage {
  if (typeof base === 'string') return { kind: 'bootstrap', suite: base };
  const { suite, image = '' } = base;
  return suite === undefined ? { kind: 'reference', reference: image } : { kind: 'bootstrap', suite };
}

type FileReading<Value> = { readonly value?: Value; readonly problems: readonly Problem[] };

async function readMainFile(folder: string): Promise<FileReading<z.infer<typeof stepFileSchema>>> {
  const present: string[] = [];
  for (const name of mainFileNames) if (await hasStepFile(folder, name)) present.push(name);
  const [file, other] = present;
  if (file === undefined) return { problems: [] };
  const reading = await readYamlFile(folder, file, stepFileSchema);
  if (other === undefined) return reading;
  const ignored: Problem = {
    severity: 'warning',
    file: other,
    message: `is ignored: there is a ${file} too`,
  };
  return { ...reading, problems: [...reading.problems, ignored] };
}

async function readSpackFile(folder: string): Promise<FileReading<z.infer<typeof spackFileSchema>>> {
  if (!(await hasStepFile(folder, spackFileName))) return { problems: [] };
  return readYamlFile(folder, spackFileName, spackFileSchema);
}

async function readYamlFile<Schema extends z.ZodObject>(
  folder: string,
  file: string,
  schema: Schema,
): Promise<FileReading<z.infer<Schema>>> {
  const text = await tryReadStepFile(folder, file);
  if (typeof text !== 'string') return { problems: [text] };
  const { value, locate, locateKey, problems } = parseYamlDocument(text, file);
  if (problems.length > 0) return { problems };
  // A file of comments only is an empty mapping.
  const checked = schema.safeParse(value ?? {}, { reportInput: true });
  const document = { file, locate };
  const unknown = schema === (stepFileSchema as z.ZodObject) ? findUnknownKeys(value) : [];
  const keyProblems = unknown.map(({ key, problem }) =>
    placeProblem(problem, [key], { file, locate: locateKey }),
  );
  if (!checked.success)
    return { problems: [...toSchemaProblems(checked.error.issues, document), ...keyProblems] };
  return { value: checked.data, problems: keyProblems };
}

/** More would say nothing new about a file that is no step file. */
const maxUnknownKeys = 20;

/** A key that nearly is one of ours is a slip that would lose packages in silence: an error. */
function findUnknownKeys(value: unknown): { key: string; problem: Problem }[] {
  const known = Object.keys(stepFileSchema.shape);
  const keys = isMapping(value) ? Object.keys(value) : [];
  return keys
    .filter((key) => !known.includes(key))
    .slice(0, maxUnknownKeys)
    .map((key) => {
      const problem = { ...toUnknownKeyProblem(key, known), ...misplaced[key] };
      const isSlip = findNearestName(key, known) !== undefined;
      return {
        key,
        problem: isSlip ? { ...problem, severity: 'error', message: 'is not a known key' } : problem,
      };
    });
}

/** Keys that mean something elsewhere. */
const misplaced: Readonly<Record<string, Partial<Problem>>> = {
  specs: {
    severity: 'error',
    message: 'belongs into the section "spack"',
    hint: 'write spack: {specs: [...]}, or name the file spack.yaml',
  },
  packages: { hint: 'settings of Spack belong below "spack:"; packages to install below "apt:" or "pip:"' },
  post_inst: { hint: 'a script post_inst.sh in the folder of the step is run without being named' },
};

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
