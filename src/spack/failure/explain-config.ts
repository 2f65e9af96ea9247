import { findNearestName } from '../../errors/nearest-name.ts';
import type { Explainer } from './failure.ts';

/** What may stand under `spack:` in an environment. */
const environmentKeys = [
  'bootstrap',
  'compilers',
  'concretizer',
  'config',
  'definitions',
  'develop',
  'env_vars',
  'include',
  'mirrors',
  'modules',
  'packages',
  'repos',
  'specs',
  'toolchains',
  'view',
];

/** `<file>:2: Additional properties are not allowed ('packagess' was unexpected)` */
export const explainConfig: Explainer = ({ message }) => {
  const [, file, line, fault] = /^(\S+\.ya?ml):(\d+): (.+)$/.exec(message) ?? [];
  if (file === undefined || fault === undefined) return undefined;
  const name = file.slice(file.lastIndexOf('/') + 1);
  const [, key] = /^Additional properties are not allowed \('(.+?)'/.exec(fault) ?? [];
  const nearest = key === undefined ? undefined : findNearestName(key, environmentKeys);
  return {
    code: 'SPACK_CONFIG_INVALID',
    message: `${name}, line ${line}: ${key === undefined ? fault : `Spack knows no key "${key}" here`}`,
    hint:
      nearest === undefined ? 'correct it in the `spack:` section of the step' : `did you mean "${nearest}"?`,
    details: { file, line: Number(line), fault, key, nearest },
  };
};
