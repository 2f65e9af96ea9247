import type { ImageConfig } from '../../oci/image-config.ts';
import { quoteForShell } from '../../shell/quote.ts';

/** A variable of the image's configuration. */
export type ImageVariable = { readonly name: string; readonly value: string };

export type ImageEnvironment = {
  readonly variables: readonly ImageVariable[];
  /** Entries that no shell can export, as they stand in the configuration. */
  readonly skipped: readonly string[];
};

const shellName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Of two entries for a name the last one counts. @see OCI image-spec, config.md, Env */
export function readEnvironment(config: ImageConfig): ImageEnvironment {
  const values = new Map<string, string>();
  const skipped: string[] = [];
  for (const entry of config.config?.Env ?? []) {
    const equals = entry.indexOf('=');
    const name = entry.slice(0, equals);
    const value = entry.slice(equals + 1);
    if (equals > 0 && shellName.test(name) && !value.includes('\0')) values.set(name, value);
    else skipped.push(entry);
  }
  return { variables: [...values].map(([name, value]) => ({ name, value })), skipped };
}

/**
 * The script that sets the image's variables when a container starts. PATH is set outright; any other
 * variable only when the user's environment has none, so that it can be overridden from outside. Every
 * value is literal, whatever is in it.
 */
export function formatEnvironmentScript({ variables }: ImageEnvironment): string {
  const lines = variables.map(({ name, value }) =>
    name === 'PATH'
      ? `export PATH=${quoteForShell(value)}`
      : `[ -n "\${${name}-}" ] || ${name}=${quoteForShell(value)}; export ${name}`,
  );
  return ['#!/bin/sh', ...lines, ''].join('\n');
}
