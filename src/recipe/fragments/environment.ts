import { parsePathExtension } from '../../step/environment-variable.ts';
import { type Fragment, formatEnv, formatLiteralEnv } from '../dockerfile.ts';

/**
 * The step's own variables, for the image's configuration. They come after `post_inst.sh`: what a program
 * needs to run may mislead a build, and a changed value runs nothing again.
 */
export function planEnvironment(variables: Readonly<Record<string, string>>): Fragment[] {
  const { PATH: path, ...others } = variables;
  const instructions = [
    ...(Object.keys(others).length === 0 ? [] : [formatLiteralEnv(others)]),
    ...(path === undefined ? [] : [formatEnv({ PATH: extendPath(path) })]),
  ];
  return instructions.length === 0
    ? []
    : [{ stage: 'finish', comment: 'the variables of the step', instructions }];
}

function extendPath(value: string): string {
  const { before, after } = parsePathExtension(value);
  return [...before, '$PATH', ...after].join(':');
}
