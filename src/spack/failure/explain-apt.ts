import type { FailureExplanation, SpackFailure } from './failure.ts';

/** apt brings the compilers that a step asks for, in the same instruction: Spack did not run when that fails. */
export function explainApt({ lines, phase }: SpackFailure): FailureExplanation | undefined {
  if (phase !== 'concretize' || lines.some((line) => line.startsWith('==> '))) return undefined;
  const errors = lines.flatMap((line) => /^E: (.+)/.exec(line)?.[1] ?? []);
  const [first] = errors;
  if (first === undefined) return undefined;
  const isNetwork = /failed to fetch|unable to fetch|could not (?:resolve|connect)/i.test(errors.join('\n'));
  return {
    code: 'ENGINE_BUILD_FAILED',
    message: `apt could not install what Spack compiles with: ${first}`,
    hint: isNetwork
      ? "check the mirrors of this machine, the network and the site's proxy, then build again"
      : 'check that the mirrors of this machine have the suite of the base image',
    details: { lastLines: errors.slice(0, 15) },
  };
}
