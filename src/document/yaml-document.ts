import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLParseError,
} from 'yaml';
import type { Problem } from '../errors/problem.ts';
import { type FieldPath, placeProblem } from '../errors/schema-problems.ts';

/** A YAML text that was read, with the place of every value. */
export type YamlDocument = {
  /** Undefined when the text is no YAML. */
  readonly value?: unknown;
  readonly locate: (path: FieldPath) => Problem['position'];
  /** Position of the key that the path ends with. */
  readonly locateKey: (path: FieldPath) => Problem['position'];
  readonly problems: readonly Problem[];
};

/** Far more than a person writes; a document whose aliases multiply to more is an attack. */
const maxAliasCount = 100;

export function parseYamlDocument(text: string, file: string): YamlDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const toPosition = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const toProblem = (message: string, offset: number, hint?: string): Problem =>
    placeProblem({ severity: 'error', message, ...(hint !== undefined && { hint }) }, [], {
      file,
      locate: () => toPosition(offset),
    });
  const locate = (path: FieldPath) => toPosition(findOffset(document.contents, path, 'value'));
  const locateKey = (path: FieldPath) => toPosition(findOffset(document.contents, path, 'key'));
  // What follows the first error mostly follows from it.
  const [error] = document.errors;
  if (error !== undefined) {
    const { reason = error.message, hint } = explainYamlError(error);
    const problem = toProblem(`malformed YAML: ${reason}`, error.pos[0], hint);
    return { locate, locateKey, problems: [problem] };
  }
  try {
    const repeated = findRepeatedKeys(document).map(({ name, offset }) =>
      toProblem(`malformed YAML: the key "${name}" is given more than once`, offset),
    );
    if (repeated.length > 0) return { locate, locateKey, problems: repeated };
    return { value: document.toJS({ maxAliasCount }), locate, locateKey, problems: [] };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { locate, locateKey, problems: [toProblem(`malformed YAML: ${reason}`, 0)] };
  }
}

const indentation = {
  reason: 'the indentation does not fit',
  hint: 'begin all entries of a list or mapping in the same column, with blanks',
};

/** The parser's words are those of the YAML specification: what people mostly did is told instead. */
function explainYamlError({ code, message }: YAMLParseError): {
  readonly reason?: string;
  readonly hint?: string;
} {
  if (code === 'TAB_AS_INDENT')
    return { reason: 'a tab begins the line', hint: 'indent with blanks: YAML takes no tabs' };
  if (code === 'BAD_INDENT' && /must .* end with a [\]}]/.test(message)) {
    const [, bracket = ']'] = /end with a ([\]}])/.exec(message) ?? [];
    return { reason: `a bracket is not closed`, hint: `write ${bracket} at its end` };
  }
  if (code === 'BAD_INDENT' || code === 'BLOCK_AS_IMPLICIT_KEY' || code === 'BLOCK_IN_FLOW')
    return indentation;
  if (code === 'MULTILINE_IMPLICIT_KEY' || code === 'MISSING_CHAR')
    return { hint: 'is there a blank after each colon, and are quotes and brackets closed?' };
  return {};
}

type RepeatedKey = { readonly name: string; readonly offset: number };

/** The parser's own check compares each key with each other: it takes minutes for a large mapping. */
function findRepeatedKeys(document: Document): RepeatedKey[] {
  const repeated: RepeatedKey[] = [];
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        const name = keyName(key);
        if (name === undefined) continue;
        if (seen.has(name)) repeated.push({ name, offset: startOf(key) ?? 0 });
        seen.add(name);
      }
    },
  });
  return repeated;
}

/** Offset of a value, or of its key when the value spans lines of its own or is missing. */
function findOffset(root: Node | null, path: FieldPath, wanted: 'key' | 'value'): number {
  let node: unknown = root;
  let offset = startOf(root) ?? 0;
  for (const part of path) {
    const key = isMap(node) ? node.items.find((pair) => keyName(pair.key) === part)?.key : undefined;
    node = isSeq(node) || isMap(node) ? node.get(part, true) : undefined;
    const isBlock = node === undefined || isCollection(node) || (isScalar(node) && node.value === null);
    offset = (isBlock || wanted === 'key' ? startOf(key) : undefined) ?? startOf(node) ?? offset;
  }
  return offset;
}

function keyName(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
