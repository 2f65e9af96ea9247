import type { ErrorCode } from '../../errors/codes.ts';
import type { PackageId } from '../package-id.ts';
import type { DeclaredVariant } from '../package-recipe.ts';

/** What is known of a Spack command that failed. */
export type SpackFailure = {
  /** All that it printed, both streams in order, without the engine's own marks. */
  readonly lines: readonly string[];
  readonly phase: 'concretize' | 'install';
  /** Of the process, where it is known; 137 when the kernel killed it. */
  readonly exitCode?: number;
  /** What was asked for, as written by the user. */
  readonly specs?: readonly string[];
  /** The microarchitecture that is required: `zen3`. */
  readonly target?: string;
  /** What compiles. */
  readonly compiler?: { readonly name: string; readonly version?: string };
  /** Names of all packages that Spack and the software catalogue have. */
  readonly knownPackages?: readonly string[];
  /** Versions that a package has, newest first, or undefined when its recipe was not read. */
  readonly versionsOf?: (packageName: string) => readonly string[] | undefined;
  readonly variantsOf?: (packageName: string) => readonly DeclaredVariant[] | undefined;
  /** Nodes of the lock. */
  readonly packages?: readonly PackageId[];
  /** The failed package's own log: what Spack prints of it is wrapped. */
  readonly buildLog?: readonly string[];
};

/** What makes an `AppError`. */
export type FailureExplanation = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  /** `lastLines` are the lines worth showing; other facts are for programs. */
  readonly details: Readonly<Record<string, unknown>>;
};

/** An error that Spack printed: what follows `==> Error:`, and the lines up to its next message. */
export type SpackErrorText = {
  readonly message: string;
  readonly lines: readonly string[];
};

/** Answers undefined when an error is of another kind. */
export type Explainer = (error: SpackErrorText, failure: SpackFailure) => FailureExplanation | undefined;

/** All errors in their order. The first is the cause: Spack repeats it, and others follow from it. */
export function readErrors(lines: readonly string[]): SpackErrorText[] {
  const starts = lines.flatMap((line, index) => (/^==> Error: /.test(line) ? [index] : []));
  return starts.map((start) => {
    const next = lines.findIndex((line, index) => index > start && line.startsWith('==> '));
    const own = lines.slice(start + 1, next === -1 ? undefined : next);
    return { message: (lines[start] ?? '').slice('==> Error: '.length).trimEnd(), lines: own };
  });
}

/** Lines to show; the rest of a long text says less than its beginning. */
export function firstLines({ message, lines }: SpackErrorText): string[] {
  return [message, ...lines.map((line) => line.trimEnd()).filter((line) => line !== '')].slice(0, 15);
}

/** `a, b and c`. */
export function joinNames(names: readonly string[], last = 'and'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`;
}
