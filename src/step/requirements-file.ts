import { posix } from 'node:path';
import type { Problem } from '../errors/problem.ts';
import { checkPipRequirement } from './pip-requirement.ts';
import { tryReadStepFile } from './step-files.ts';

export type RequirementsFiles = {
  /** Relative to the step's folder: the main one, then those it includes. */
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
};

type Line = { readonly text: string; readonly number: number };
type Place = { readonly file: string; readonly line: number };

/**
 * Reads a requirements file of a step and all that it includes with `-r` or `-c`.
 *
 * @see pip documentation, Requirements File Format
 */
export async function readRequirementsFiles(folder: string, mainFile: string): Promise<RequirementsFiles> {
  const files = [mainFile];
  const problems: Problem[] = [];
  // The list grows while it is walked: each file adds those that it includes.
  for (const file of files) {
    const reading = await readRequirementsFile(folder, file);
    problems.push(...reading.problems);
    files.push(...reading.includes.filter((path) => !files.includes(path)));
  }
  return { files, problems };
}

type FileReading = { readonly includes: readonly string[]; readonly problems: readonly Problem[] };

async function readRequirementsFile(folder: string, file: string): Promise<FileReading> {
  const includes = new Set<string>();
  const text = await tryReadStepFile(folder, file);
  if (typeof text !== 'string') return { includes: [], problems: [text] };
  const problems = splitLines(text).flatMap((line): Problem[] => {
    const include = findInclude(line.text);
    if (include === undefined) return checkLine(line, file);
    const path = posix.normalize(posix.join(posix.dirname(file), include));
    const fault = checkInclude(include, path);
    if (fault !== undefined) return [toProblem(fault, { file, line: line.number })];
    includes.add(path);
    return [];
  });
  return { includes: [...includes], problems };
}

/** Logical lines: comments and blanks are dropped, `\` joins a line to the next. */
function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  let pending: Line | undefined;
  for (const [index, physical] of text.split(/\r?\n/).entries()) {
    const joined: Line = { text: (pending?.text ?? '') + physical, number: pending?.number ?? index + 1 };
    if (joined.text.endsWith('\\')) {
      pending = { ...joined, text: joined.text.slice(0, -1) };
      continue;
    }
    pending = undefined;
    const content = joined.text.replace(/(?:^|\s)#.*$/, '').trim();
    if (content !== '') lines.push({ text: content, number: joined.number });
  }
  return lines;
}

function findInclude(line: string): string | undefined {
  const match = /^(?:-[rc]\s*|--(?:requirement|constraint)(?:\s*=\s*|\s+))(.+)$/.exec(line);
  return match?.[1]?.trim().replace(/^(["'])(.*)\1$/, '$2');
}

function checkInclude(include: string, path: string): Fault | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(include)) {
    return { message: `${include} is an address`, hint: 'only files of the step can be included' };
  }
  if (posix.isAbsolute(include) || path === '..' || path.startsWith('../')) {
    return { message: `${include} lies outside of the step's folder`, hint: 'copy the file into the step' };
  }
  return undefined;
}

/** Other options are left to pip, and so are lines with environment variables. */
function checkLine(line: Line, file: string): Problem[] {
  const isLocal = /^(?:-e|--editable)\b/.test(line.text);
  if (isLocal) {
    const hint = 'the files of the step are not there yet: run python3 -m pip install . in post_inst.sh';
    return [
      toProblem({ message: `${line.text} cannot be installed here`, hint }, { file, line: line.number }),
    ];
  }
  if (line.text.startsWith('-') || line.text.includes('${')) return [];
  const requirement = line.text.replace(/\s+--(?:hash|config-settings|global-option)\b.*$/, '');
  const fault = checkPipRequirement(requirement);
  return fault === undefined ? [] : [toProblem(fault, { file, line: line.number })];
}

type Fault = { readonly message: string; readonly hint: string };

function toProblem({ message, hint }: Fault, { file, line }: Place): Problem {
  return { severity: 'error', message, hint, file, position: { line, column: 1 } };
}
