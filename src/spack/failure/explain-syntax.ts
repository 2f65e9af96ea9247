import { parseSpec } from '../parse-spec.ts';
import { type Explainer, firstLines } from './failure.ts';

/** What Spack says of a spec that it cannot parse: a reason, the spec, and a line that points into it. */
export const explainSyntax: Explainer = (error, failure) => {
  const [text = '', pointer = ''] = error.lines;
  if (!/^\s*\^+\s*$/.test(pointer)) return undefined;
  const column = pointer.indexOf('^') + 1;
  const [problem] = parseSpec(text).problems;
  const isWritten = failure.specs?.some((spec) => spec.includes(text)) ?? false;
  return {
    code: 'SPACK_SYNTAX',
    message: `"${text}" is no spec: ${error.message} at column ${column}`,
    hint:
      problem?.hint ??
      `${isWritten ? 'a' : 'look for it under `spack:`; a'} spec looks like name@version +variant ^dependency`,
    details: { spec: text, column, lastLines: firstLines(error) },
  };
};
