import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Problem } from '../errors/problem.ts';
import { type FieldPath, placeProblem } from '../errors/schema-problems.ts';

/** A JSON text that was read, with the place of every value. */
export type JsonDocument = {
  /** Undefined when the text is no JSON. */
  readonly value?: unknown;
  readonly locate: (path: FieldPath) => Problem['position'];
  /** Position of the key that the path ends with. */
  readonly locateKey: (path: FieldPath) => Problem['position'];
  readonly problems: readonly Problem[];
};

const maxChars = 2 ** 20;

/**
 * Reads JSON, and also what Python prints for a dictionary with `True`, `False` and `None` in it: the
 * documented samples hold those.
 */
export function parseJsonDocument(text: string, file: string | undefined): JsonDocument {
  const json = replacePythonWords(text.replace(/^\uFEFF/, ' '));
  const locate = createPositionFinder(json);
  const fail = (message: string, offset: number): JsonDocument => ({
    locate: () => locate(offset),
    locateKey: () => locate(offset),
    problems: [placeProblem({ severity: 'error', message }, [], { file, locate: () => locate(offset) })],
  });
  if (json.length > maxChars) return fail(`has more than ${maxChars} characters`, 0);
  const errors: ParseError[] = [];
  const tree = parseNodes(json, errors);
  const [first] = errors;
  if (first !== undefined) return fail(describeParseError(first), first.offset);
  if (tree === undefined) return fail('is no JSON: the text is empty or nested too deeply', 0);
  const { root, repeatedKeys } = tree;
  return {
    value: JSON.parse(json),
    locate: (path) => locate(findNearestNode(root, path).offset),
    locateKey: (path) => locate(findKeyNode(root, path).offset),
    problems: repeatedKeys.map(({ path, offset }) =>
      placeProblem({ severity: 'warning', message: 'is given more than once: the last one counts' }, path, {
        file,
        locate: () => locate(offset),
      }),
    ),
  };
}

/** Words of the same length, so that every position stays right. */
const pythonWords: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };

/** Replaces Python's words outside of strings. */
function replacePythonWords(text: string): string {
  return text.replaceAll(
    /"(?:[^"\\\n]|\\.)*"?|\b(?:True|False|None)\b/g,
    (match) => pythonWords[match] ?? match,
  );
}

type JsonTree = { readonly root: Node; readonly repeatedKeys: readonly RepeatedKey[] };

/** Both walks recurse: a text that is nothing but brackets exhausts the stack. */
function parseNodes(json: string, errors: ParseError[]): JsonTree | undefined {
  try {
    const root = parseTree(json, errors, { disallowComments: true, allowTrailingComma: false });
    return root && { root, repeatedKeys: findRepeatedKeys(root) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** `CommaExpected` → `malformed JSON: comma expected`. */
function describeParseError({ error }: ParseError): string {
  const words = printParseErrorCode(error).replaceAll(/([A-Z])/g, ' $1');
  return `malformed JSON: ${words.trim().toLowerCase()}`;
}

/** Finds positions in logarithmic time: a text may have very many faults. */
function createPositionFinder(text: string): (offset: number) => NonNullable<Problem['position']> {
  const lineStarts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  return (offset) => {
    let [low, high] = [0, lineStarts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
  };
}

/** A missing value is placed at the object that lacks it. */
function findNearestNode(root: Node, path: FieldPath): Node {
  for (let length = path.length; length > 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return root;
}

function findKeyNode(root: Node, path: FieldPath): Node {
  const value = findNearestNode(root, path);
  return value.parent?.type === 'property' ? (value.parent.children?.[0] ?? value) : value;
}

type RepeatedKey = { readonly path: FieldPath; readonly offset: number };

function findRepeatedKeys(node: Node, path: FieldPath = []): RepeatedKey[] {
  const children = node.children ?? [];
  if (node.type !== 'object') {
    return children.flatMap((child, index) => findRepeatedKeys(child, [...path, index]));
  }
  const seen = new Set<string>();
  return children.flatMap((property) => {
    const [keyNode, valueNode] = property.children ?? [];
    if (keyNode === undefined || valueNode === undefined) return [];
    const key = String(keyNode.value);
    const here = [...path, key];
    const repeated = seen.has(key) ? [{ path: here, offset: keyNode.offset }] : [];
    seen.add(key);
    return [...repeated, ...findRepeatedKeys(valueNode, here)];
  });
}
