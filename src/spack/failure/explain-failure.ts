import { explainApt } from './explain-apt.ts';
import { explainBuild, explainCacheMiss } from './explain-build.ts';
import { explainCachePush } from './explain-cache.ts';
import { explainMissingCompiler } from './explain-compiler.ts';
import { explainConfig } from './explain-config.ts';
import { explainUnknownPackage } from './explain-package.ts';
import { explainResources } from './explain-resources.ts';
import { explainNoSolution } from './explain-solver.ts';
import { explainChecksum, explainFetch } from './explain-source.ts';
import { explainSyntax } from './explain-syntax.ts';
import { explainUnknownTarget } from './explain-target.ts';
import { explainBadValue, explainUnknownVariant } from './explain-variant.ts';
import { explainUnknownVersion } from './explain-version.ts';
import {
  type Explainer,
  type FailureExplanation,
  firstLines,
  readErrors,
  type SpackFailure,
} from './failure.ts';

/** Faults of what was asked for; they may also come up in a command that installs. */
const requestExplainers: readonly Explainer[] = [
  explainSyntax,
  explainUnknownTarget,
  explainConfig,
  explainUnknownPackage,
  explainUnknownVersion,
  explainUnknownVariant,
  explainBadValue,
  explainMissingCompiler,
  explainNoSolution,
];

const installExplainers = [explainCachePush, explainCacheMiss, explainFetch, explainChecksum, explainBuild];

/**
 * Turns the output of a Spack command that failed (0.23, 1.1 to 1.3) into what a scientist can act on.
 * Where Spack's words have more than one cause they are quoted, and the hint lists the causes.
 */
export function explainSpackFailure(failure: SpackFailure): FailureExplanation {
  const plain = { ...failure, lines: failure.lines.map(toPlainLine) };
  return (
    explainResources(plain) ??
    explainApt(plain) ??
    explainRequest(plain) ??
    (plain.phase === 'install' ? explainInstall(plain) : undefined) ??
    describeUnknown(plain)
  );
}

/** No message is as long as this, while a compiler's command may be; patterns are slow on long lines. */
const maxLineChars = 2_000;

function toPlainLine(line: string): string {
  return line
    .slice(0, maxLineChars)
    .replaceAll(/\x1b\[[0-9;]*m/g, '')
    .trimEnd();
}

function explainRequest(failure: SpackFailure): FailureExplanation | undefined {
  const errors = readErrors(failure.lines);
  for (const error of errors) {
    for (const explain of requestExplainers) {
      const explanation = explain(error, failure);
      if (explanation !== undefined) return explanation;
    }
  }
  return undefined;
}

function explainInstall(failure: SpackFailure): FailureExplanation | undefined {
  for (const explain of installExplainers) {
    const explanation = explain(failure);
    if (explanation !== undefined) return explanation;
  }
  return undefined;
}

function describeUnknown(failure: SpackFailure): FailureExplanation {
  const [error] = readErrors(failure.lines);
  const did = failure.phase === 'concretize' ? 'solve the environment' : 'install the packages';
  return {
    code: 'SPACK_FAILED',
    message: `Spack could not ${did}: ${error?.message ?? 'it gave no reason'}`,
    hint: 'read what Spack said itself',
    details: { lastLines: error === undefined ? failure.lines.slice(-15) : firstLines(error) },
  };
}
