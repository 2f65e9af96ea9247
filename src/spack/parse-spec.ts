import type { Problem } from '../errors/problem.ts';
import { type SpecToken, scanSpec } from './scan-spec.ts';
import type { Spec, SpecDependency, SpecVariant } from './spec.ts';
import {
  describeBadArchitecture,
  describeBrokenSetting,
  describeSecondName,
  describeTwoSigns,
  describeUnexpected,
  type SpecFault,
} from './spec-fault.ts';

export type ParsedSpec = {
  /** Absent when there are problems. */
  readonly spec?: Spec;
  /** All that is wrong, with columns in the text and what to write instead. */
  readonly problems: readonly Problem[];
};

/**
 * Reads one spec as a step, a machine or a site writes it, in the spelling of Spack 0.23 or of Spack 1.
 * `normalizeLegacySpec` is for what these two understand differently.
 */
export function parseSpec(text: string): ParsedSpec {
  const reader = createReader(text);
  for (const token of scanSpec(text)) reader.read(token);
  return reader.end();
}

/** A node that is being read. */
type Draft = { -readonly [Key in keyof Spec]: Spec[Key] } & {
  variants: SpecVariant[];
  dependencies: DraftDependency[];
};
type DraftDependency = Draft & Pick<SpecDependency, 'sigil' | 'virtuals' | 'attributes'>;

/** What is wrong with the word that was read, if anything is. */
type Faults = readonly SpecFault[];

function createReader(text: string) {
  const problems: Problem[] = [];
  const add = (offset: number, faults: Faults) => {
    const position = { line: 1, column: offset + 1 };
    problems.push(...faults.map((fault): Problem => ({ severity: 'error', ...fault, position })));
  };
  const root: Draft = { variants: [], dependencies: [] };
  /** The root, or the last `^` dependency: what `%` belongs to. */
  let owner = root;
  let node = root;
  let opening: SpecToken | undefined;
  const checkNode = () => {
    if (opening !== undefined && isEmpty(node)) add(opening.offset, [describeEmptyNode(opening)]);
  };
  return {
    read(token: SpecToken) {
      if (token.kind !== 'dependency') {
        add(token.offset, readInto(node, token, text));
        return;
      }
      checkNode();
      const dependency = startDependency(token);
      (dependency.sigil === '^' ? root : owner).dependencies.push(dependency);
      if (dependency.sigil === '^') owner = dependency;
      node = dependency;
      opening = token;
    },
    end(): ParsedSpec {
      checkNode();
      if (text.trim() === '') add(0, [{ message: 'the spec is empty', hint: 'write name@version +variant' }]);
      return problems.length > 0 ? { problems } : { spec: root, problems };
    },
  };
}

const contents = ['name', 'versions', 'platform', 'os', 'target', 'hash'] as const;

function isEmpty(node: Draft): boolean {
  return node.variants.length === 0 && contents.every((key) => node[key] === undefined);
}

function describeEmptyNode({ text }: SpecToken): SpecFault {
  return {
    message: `nothing follows "${text.trim()}"`,
    hint: 'write ^name for a dependency, %name for a compiler',
  };
}

function startDependency({ groups: [sigil, attributes, assigned] }: SpecToken): DraftDependency {
  const settings = attributes?.trim() ?? '';
  const listed = /(?:^|\s)virtuals:?=(['"]?)([\w,-]+)\1(?=\s|$)/.exec(settings);
  const others = listed === null ? settings : settings.replace(listed[0], '').trim();
  const virtuals = [listed?.[2], assigned].flatMap((names) => names?.split(',') ?? []);
  return {
    sigil: sigil as SpecDependency['sigil'],
    variants: [],
    dependencies: [],
    ...(virtuals.length > 0 && { virtuals }),
    ...(others !== '' && { attributes: others }),
  };
}

function readInto(node: Draft, token: SpecToken, text: string): Faults {
  switch (token.kind) {
    case 'name':
      return readName(node, token, text);
    case 'version':
      return readVersions(node, token);
    case 'switch':
      return readSwitch(node, token);
    case 'setting':
      return readSetting(node, token);
    case 'hash':
      return readHash(node, token);
    case 'broken-setting':
      return [describeBrokenSetting(token)];
    default:
      return [describeUnexpected(token, text)];
  }
}

function readName(node: Draft, token: SpecToken, text: string): Faults {
  if (!isEmpty(node)) return [describeSecondName(token, text, node.versions !== undefined)];
  const [namespace = '', name = ''] = token.groups;
  if (name !== '*') node.name = name;
  if (namespace !== '') node.namespace = namespace.slice(0, -1);
  return [];
}

function readVersions(node: Draft, token: SpecToken): Faults {
  const versions = (token.groups[0] ?? '').replaceAll(/\s/g, '');
  const earlier = node.versions;
  node.versions = versions;
  return earlier === undefined ? [] : [twice(`the spec has two versions: @${earlier} and @${versions}`)];
}

function readHash(node: Draft, token: SpecToken): Faults {
  const isSecond = node.hash !== undefined;
  node.hash = token.groups[0] ?? '';
  return isSecond ? [twice('the spec has two hashes')] : [];
}

function readSwitch(node: Draft, token: SpecToken): Faults {
  const [sign = '', name = ''] = token.groups;
  const isPropagated = sign.length === 2;
  return addVariant(node, { name, value: sign.startsWith('+'), ...(isPropagated && { isPropagated }) });
}

const places: ReadonlyMap<string, 'platform' | 'os' | 'target'> = new Map([
  ['platform', 'platform'],
  ['os', 'os'],
  ['operating_system', 'os'],
  ['target', 'target'],
]);

function readSetting(node: Draft, token: SpecToken): Faults {
  const [name = '', operator = '', written = ''] = token.groups;
  if (operator === '==' && isEmpty(node) && /^\d/.test(written)) {
    return [describeTwoSigns(token.text, name, written)];
  }
  const value = unquote(written);
  if (name === 'arch' || name === 'architecture') return readArchitecture(node, value);
  const place = places.get(name);
  if (place === undefined) {
    const isPropagated = operator.endsWith('==');
    const isExact = operator.startsWith(':');
    return addVariant(node, {
      name,
      value,
      ...(isPropagated && { isPropagated }),
      ...(isExact && { isExact }),
    });
  }
  const isSecond = node[place] !== undefined;
  node[place] = value;
  return isSecond ? [twice(`${name} is given twice`)] : [];
}

function addVariant(node: Draft, variant: SpecVariant): Faults {
  const isSecond = node.variants.some(({ name }) => name === variant.name);
  node.variants.push(variant);
  return isSecond ? [twice(`the variant ${variant.name} is given twice`)] : [];
}

function readArchitecture(node: Draft, value: string): Faults {
  const parts = /^([^-]+)-([^-]+)-([^-]+)$/.exec(value);
  if (parts === null) return [describeBadArchitecture(value)];
  const [, platform = '', os = '', target = ''] = parts;
  // Spack writes None for a part that is not restricted.
  if (platform !== 'None') node.platform = platform;
  if (os !== 'None') node.os = os;
  if (target !== 'None') node.target = target;
  return [];
}

/** Only the quote itself can be escaped. */
function unquote(written: string): string {
  const [quote = ''] = written;
  if (quote !== "'" && quote !== '"') return written;
  return written.slice(1, -1).replaceAll(`\\${quote}`, quote);
}

function twice(message: string): SpecFault {
  return { message, hint: 'keep one of them' };
}
