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
  const toProblem = (severity: Problem['severity'], message: string, offset: number): Problem =>
    placeProblem({ severity, message }, [], { file, locate: () => toPosition(offset) });
  const locate = (path: FieldPath) => toPosition(findOffset(document.contents, path, 'value'));
  const locateKey = (path: FieldPath) => toPosition(findOffset(document.contents, path, 'key'));
  const errors = document.errors.map(({ message, pos }) =>
    toProblem('error', `malformed YAML: ${message}`, pos[0]),
  );
  if (errors.length > 0) return { locate, locateKey, problems: errors };
  try {
    const repeated = findRepeatedKeys(document).map(({ name, offset }) =>
      toProblem('error', `malformed YAML: the key "${name}" is given more than once`, offset),
    );
    if (repeated.length > 0) return { locate, locateKey, problems: repeated };
    return { value: document.toJS({ maxAliasCount }), locate, locateKey, problems: [] };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { locate, locateKey, problems: [toProblem('error', `malformed YAML: ${reason}`, 0)] };
  }
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
