/** One fault in a text that a person wrote, with its place, so that all of them can be shown at once. */
export type Problem = {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
  /** Where the faulty value sits in the document, such as `machine.architecture` or `pip[2]`. */
  readonly field?: string;
  /** The file, as the user named it. */
  readonly file?: string;
  /** First character of the faulty value; both count from 1. */
  readonly position?: { readonly line: number; readonly column: number };
};

/** `file:line:column: message (hint)`, the form that editors and terminals turn into links. */
export function formatProblem(problem: Problem): string {
  const { file, position, field, message, hint } = problem;
  const place = [file, position?.line, position?.column].filter((part) => part !== undefined).join(':');
  const subject = field === undefined ? message : `${field}: ${message}`;
  return `${place === '' ? '' : `${place}: `}${subject}${hint === undefined ? '' : ` (${hint})`}`;
}
