import type { PipPackage } from '../package.ts';
import { parseFields } from './control-fields.ts';

/**
 * Reads the `METADATA` of a `*.dist-info` folder.
 *
 * @see https://packaging.python.org/en/latest/specifications/core-metadata/
 */
export function parseDistInfo(metadata: string): PipPackage | undefined {
  const fields = parseFields(metadata);
  const name = fields.get('name');
  const version = fields.get('version');
  if (!name || !version) return undefined;
  const license = fields.get('license-expression');
  return {
    manager: 'pip',
    name,
    version,
    ...(license !== undefined && isExpression(license) && { license }),
  };
}

/** References to texts of one's own would need those texts in the document. */
function isExpression(text: string): boolean {
  const words = text.split(/[\s()]+/).filter((word) => word !== '');
  return words.length > 0 && words.every((word) => /^[A-Za-z0-9.+-]+$/.test(word) && !/Ref-/i.test(word));
}
