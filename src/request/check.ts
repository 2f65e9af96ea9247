import { isAppError } from '../errors/app-error.ts';
import type { Problem } from '../errors/problem.ts';

export type Report = (problem: Problem) => void;

/** Parses one field; what is wrong with it is reported instead of thrown, so that all fields get their turn. */
export function check<Text, Value>(
  field: string,
  text: Text | undefined,
  parse: (text: Text) => Value,
  report: Report,
): Value | undefined {
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch (error) {
    if (!isAppError(error)) throw error;
    const { message, hint } = error;
    report({ severity: 'error', field, message, ...(hint !== undefined && { hint }) });
    return undefined;
  }
}
