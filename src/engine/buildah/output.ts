import type { StageTracker } from '../stage-tracker.ts';

/**
 * What buildah says beside the instructions: it tells nothing that an event does not tell. `sealing memfd copy` is about the
 * copy of itself that it runs: a busy kernel may not seal it, and it goes on without.
 */
const ownLines =
  /^Close_Fd sealing memfd copy: |^--> [0-9a-f]+$|^COMMIT\b|^Error: |^\[?[0-9a-f]{64}$|^subprocess exited with status \d+$|^\[Warning\] one or more build args were not consumed: /;

/**
 * Reads what `buildah build` prints and tells the tracker.
 *
 * ```
 * STEP 2/5: RUN apt-get update        instruction 2 of 5 begins
 * …                                   what the instruction prints
 * --> Using cache 3d3909aca18d…       it was not run
 * --> 3d3909aca18                     its layer
 * COMMIT                              the image is complete
 * Error: building at STEP "RUN …      why it gave up: the last that it prints, and as many lines as the
 *                                     words of an instruction in exec form have
 * ```
 *
 * A program inside the build could print a line of this form; only the step that comes next is believed.
 */
export function createOutputReader(
  tracker: StageTracker,
): (line: string, stream: 'stdout' | 'stderr') => void {
  let nextStep = 1;
  let hasGivenUp = false;
  return (line, stream) => {
    hasGivenUp ||= stream === 'stderr' && finalErrorPattern.test(line);
    if (hasGivenUp && stream === 'stderr') return;
    const step = Number(/^STEP (\d+)\/\d+: /.exec(line)?.[1] ?? Number.NaN);
    if (step === nextStep) {
      tracker.begin(step - 1);
      nextStep++;
    } else if (/^--> Using cache [0-9a-f]+$/.test(line)) {
      tracker.cached();
    } else if (!ownLines.test(line)) {
      tracker.log(line, stream);
    }
  };
}

const finalErrorPattern = /^Error: building at STEP "/;

/** The lines in which buildah itself says why it gave up. */
export function findBuildahError(stderr: string): string {
  const lines = stderr.split('\n');
  const final = lines.findLastIndex((line) => finalErrorPattern.test(line));
  const isReason = (line: string) => /^(Error|error|time=".*level=error)/.test(line);
  return lines
    .filter((line, index) => isReason(line) || (final >= 0 && index > final && !/^time="/.test(line)))
    .join('\n')
    .trim();
}
