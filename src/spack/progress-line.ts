import { findStagedPackage, parsePackageId } from './package-id.ts';

/** What a line of Spack says about a package. */
export type Observation =
  | (Subject & { readonly kind: 'begun' })
  | (Subject & { readonly kind: 'phase'; readonly phase: string })
  /** It is taken from the package cache, or will be if it is there. */
  | (Subject & { readonly kind: 'from-cache'; readonly phase: string })
  | (Subject & { readonly kind: 'from-source' })
  /** How long the package took that was last said to be complete. */
  | { readonly kind: 'duration'; readonly seconds: number }
  | (Subject & { readonly kind: 'complete' })
  | (Subject & { readonly kind: 'installed'; readonly seconds?: number })
  | (Subject & { readonly kind: 'failed' });

type Subject = { readonly name: string; readonly version?: string; readonly hash?: string };

/** What is longer comes from a compiler. */
const maxLineChars = 2_000;

/**
 * Reads one line, of whichever installer: that of Spack 0.23 and 1.1 prints sentences, that of 1.3 a
 * line per change of state.
 *
 * @param installRoot - packages below it count, externals are elsewhere
 */
export function readProgressLine(line: string, installRoot: string): Observation | undefined {
  if (line.length > maxLineChars) return undefined;
  const text = line.replaceAll(/\x1b\[[0-9;]*m/g, '').trimEnd();
  return readStateLine(text, installRoot) ?? readSentence(text, installRoot);
}

/** Of the package, its words for itself, and the time: `[+] x6t3slz lz4@1.9.4 /opt/software/… (19s)`. */
const stateLine = /^\[(.)\] ([a-z0-9]{7,32}) ([\w.-]+)@(\S+) (.*?)(?: \(([\dhms]+)\))?$/;

function readStateLine(text: string, installRoot: string): Observation | undefined {
  const [, sign, hash, name, version, state = '', time = ''] = stateLine.exec(text) ?? [];
  if (hash === undefined || name === undefined || version === undefined) return undefined;
  const subject = { name, version, hash };
  const seconds = parseSeconds(time);
  if (sign === '+' && isBelow(state, installRoot)) {
    return { kind: 'installed', ...subject, ...(seconds !== undefined && { seconds }) };
  }
  if (sign === 'x') return { kind: 'failed', ...subject };
  if (sign === '+' || sign === 'e') return undefined;
  if (state === 'no binary available') return { kind: 'from-source', ...subject };
  const phase = state.replace(/: \d+%$/, '');
  return {
    kind: /^(?:fetching from build cache|relocating)$/.test(phase) ? 'from-cache' : 'phase',
    phase,
    ...subject,
  };
}

type SentenceReader = (match: RegExpExecArray, installRoot: string) => Observation | undefined;

const sentences: readonly (readonly [RegExp, SentenceReader])[] = [
  [/^==> (\S+): Executing phase: '(.+)'$/, ([, name = '', phase = '']) => ({ kind: 'phase', name, phase })],
  [/^==> Installing (\S+)(?: \[\d+\/\d+\])?$/, ([, id = '']) => about('begun', id)],
  [/^==> No binary for (\S+) found: installing from source$/, ([, id = '']) => about('from-source', id)],
  [
    /^==> Extracting (\S+) from binary cache$/,
    ([, id = '']) => {
      const subject = parsePackageId(id);
      return subject && { kind: 'from-cache', phase: 'extract', ...subject };
    },
  ],
  [/^==> \S+: Successfully installed (\S+)$/, ([, id = '']) => about('complete', id)],
  [
    /^\s+[A-Z][\w-]*: .*\bTotal: (.+)$/,
    ([, time = '']) => {
      const seconds = parseSeconds(time);
      return seconds === undefined ? undefined : { kind: 'duration', seconds };
    },
  ],
  [
    /^\[\+\] (\/\S+)$/,
    ([, path = ''], installRoot) => {
      if (!isBelow(path, installRoot)) return undefined;
      const folder = path.slice(path.lastIndexOf('/') + 1);
      return { kind: 'installed', ...(parsePackageId(folder) ?? { name: folder }) };
    },
  ],
  [/^==> Error: Failed to install (\S+) due to /, ([, name = '']) => ({ kind: 'failed', name })],
  [/^==> Warning: Skipping build of \S+ since (\S+) failed$/, ([, id = '']) => about('failed', id)],
  // Errors of fetching and of compiling name only the folder in which the package is built.
  [
    /^(?:==> Error: |\s+\S+-out\.txt$)/,
    ({ input }) => {
      const subject = findStagedPackage(input);
      return subject && { kind: 'failed', ...subject };
    },
  ],
];

function readSentence(text: string, installRoot: string): Observation | undefined {
  for (const [pattern, read] of sentences) {
    const match = pattern.exec(text);
    if (match !== null) return read(match, installRoot);
  }
  return undefined;
}

function about(kind: 'begun' | 'from-source' | 'complete' | 'failed', id: string): Observation | undefined {
  const subject = parsePackageId(id);
  return subject && { kind, ...subject };
}

function isBelow(path: string, root: string): boolean {
  return path.startsWith(`${root.replace(/\/+$/, '')}/`);
}

/** `12.21s`, `3m 45.49s`, `1h 2m 3.00s` of the old installer; `19s`, `3m05s`, `1h02m` of the new one. */
function parseSeconds(text: string): number | undefined {
  const units: Readonly<Record<string, number>> = { h: 3_600, m: 60, s: 1 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([hms])/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0);
}
