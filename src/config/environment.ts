import { z } from 'zod';
import { unwrapSchema } from '../document/unwrap-schema.ts';
import type { Problem } from '../errors/problem.ts';
import { type FieldPath, placeProblem, toUnknownKeyProblem } from '../errors/schema-problems.ts';
import { configSchema } from './config-schema.ts';
import type { Machine } from './machine-defaults.ts';

/** A key of the configuration that an environment variable can set. */
export type ConfigKey = {
  readonly path: readonly string[];
  /** `CIC_SERVICE_BASE_PATH` for `service.base_path`. */
  readonly variable: string;
  readonly schema: z.ZodType;
};

/**
 * Sections whose keys have variables: what is set for a container. Other names that begin with `CIC_` belong to other
 * programs, or to the launcher.
 */
const sections = ['service', 'registry', 'network', 'base', 'directories'] as const;
/** Keys outside of sections. */
const singles = ['workflow_registry', 'images_prefix', 'machines'] as const;

/** No keys: a file is read by more people than an environment. */
const secrets = ['CIC_REGISTRY_USER', 'CIC_REGISTRY_PASSWORD'];

/** Every key of one value, or of a list of texts, in the sections that have variables. */
export function listConfigKeys(): readonly ConfigKey[] {
  const { shape } = configSchema;
  const keys = [...sections, ...singles].flatMap((name) => findKeys(shape[name], [name]));
  return keys.map(({ path, schema }) => ({ path, schema, variable: toVariable(path) }));
}

/** What the environment sets, as a document like the file. Empty variables are as if they were not there. */
export function readEnvironment(env: Machine['env']): {
  readonly values: readonly {
    readonly path: FieldPath;
    readonly variable: string;
    readonly value: unknown;
  }[];
  readonly problems: readonly Problem[];
} {
  const keys = new Map(listConfigKeys().map((key) => [key.variable, key]));
  const names = Object.keys(env)
    .filter((name) => env[name] && isSetting(name))
    .sort();
  const unknown = names.filter((name) => !keys.has(name));
  return {
    values: names.flatMap((variable) => {
      const key = keys.get(variable);
      if (key === undefined) return [];
      return { path: key.path, variable, value: parseText(env[variable] ?? '', key.schema) };
    }),
    problems: unknown.map((name) => {
      const problem = { ...toUnknownKeyProblem(name, [...keys.keys()]), severity: 'error' as const };
      return placeProblem({ ...problem, message: 'is no variable that CIC knows' }, [name], {});
    }),
  };
}

/** The environment without what sets keys of the configuration. */
export function withoutSettings(env: Machine['env']): Machine['env'] {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isSetting(name)));
}

function isSetting(name: string): boolean {
  if (secrets.includes(name)) return false;
  const isInSection = sections.some((section) => name.startsWith(`${toVariable([section])}_`));
  return isInSection || singles.some((single) => name === toVariable([single]));
}

/** The document with the values at their places; the document itself stays as it is. */
export function mergeValues(
  document: unknown,
  values: readonly { readonly path: FieldPath; readonly value: unknown }[],
): unknown {
  return values.reduce((merged, { path, value }) => setAt(merged, path, value), document);
}

function setAt(node: unknown, [first, ...rest]: FieldPath, value: unknown): unknown {
  if (first === undefined) return value;
  // What is no mapping stays, for the schema to complain about it.
  if (node !== undefined && node !== null && (typeof node !== 'object' || Array.isArray(node))) return node;
  const object = (node ?? {}) as Readonly<Record<string, unknown>>;
  return { ...object, [first]: setAt(object[first], rest, value) };
}

function toVariable(path: readonly string[]): string {
  return `CIC_${path.join('_').toUpperCase()}`;
}

function findKeys(schema: z.ZodType, path: readonly string[]): Omit<ConfigKey, 'variable'>[] {
  const plain = unwrapSchema(schema);
  if (plain instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.ZodType>> = plain.shape;
    return Object.entries(shape).flatMap(([key, child]) => findKeys(child, [...path, key]));
  }
  const isList = plain instanceof z.ZodArray;
  if (isList && !(unwrapSchema(plain.element as z.ZodType) instanceof z.ZodString)) return [];
  return plain instanceof z.ZodRecord ? [] : [{ path, schema }];
}

/** What does not fit is left as text: the schema says what is wrong with it. */
function parseText(text: string, schema: z.ZodType): unknown {
  const plain = unwrapSchema(schema);
  if (plain instanceof z.ZodArray) return text.split(',').map((item) => item.trim());
  if (plain instanceof z.ZodNumber)
    return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  const takesBoolean = plain instanceof z.ZodBoolean || plain instanceof z.ZodUnion;
  if (takesBoolean && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
