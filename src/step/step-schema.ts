import { z } from 'zod';
import { aptPackagePattern, checkAptPackage } from './apt-package.ts';
import { checkReference, checkSuite } from './base-image.ts';
import { type Check, checkedText } from './checked-text.ts';
import { checkVariable } from './environment-variable.ts';
import { checkPipRequirement } from './pip-requirement.ts';
import { spackSchema } from './spack-section.ts';

const baseSchema = z
  .union(
    [
      checkedText(checkSuite),
      z
        .strictObject({
          suite: checkedText(checkSuite).optional(),
          image: checkedText(checkReference).optional(),
        })
        .refine(({ suite, image }) => (suite === undefined) !== (image === undefined), {
          message: 'must have either suite or image',
        }),
    ],
    { error: 'must be a suite such as jammy, {suite: …} or {image: …}' },
  )
  .meta({
    description: "Base image instead of the site's own, among those that the site allows",
    examples: ['jammy', { image: 'docker.io/library/ubuntu:22.04' }],
  });

/** One pass over names and values, so that all faults are shown at once. */
const envSchema = z
  .record(z.string(), z.unknown())
  .superRefine((variables, context) => {
    for (const [name, value] of Object.entries(variables)) {
      const fault = checkVariable(name, value);
      if (fault === undefined) continue;
      const { message, hint } = fault;
      context.addIssue({ code: 'custom', path: [name], message, params: { hint } });
    }
  })
  .meta({
    description: 'Variables of the image. Values are literal; PATH extends $PATH',
    examples: [{ OMP_NUM_THREADS: '4', PATH: '/opt/tool/bin:$PATH' }],
    additionalProperties: { type: 'string' },
  });

const checkTest: Check = (text) => {
  if (text.trim() === '') return { message: 'is empty', hint: 'write a command, or leave the entry out' };
  return text.includes('\0') ? { message: 'has a NUL character', hint: 'remove it' } : undefined;
};

/**
 * `eflows4hpc.yaml`: what a step needs. An empty section (`apt:` with nothing after it) is an empty list.
 *
 * @see contract: What a step's folder holds
 */
export const stepFileSchema = z
  .object({
    apt: z
      .array(checkedText(checkAptPackage).meta({ pattern: aptPackagePattern.source }))
      .nullish()
      .meta({
        description: 'Debian or Ubuntu packages: name, name=version, name/suite or name:architecture',
        examples: [['openmpi-bin', 'libxml2-dev']],
      }),
    pip: z
      .array(checkedText(checkPipRequirement))
      .nullish()
      .meta({
        description: 'Python requirements (PEP 508); without this key requirements.txt is used',
        examples: [['pandas>=1.5', 'rocrate']],
      }),
    spack: spackSchema.nullish(),
    base: baseSchema.nullish(),
    env: envSchema.nullish(),
    test: z
      .array(checkedText(checkTest))
      .nullish()
      .meta({
        description: 'Commands that bash runs in the finished image; if one fails, nothing is published',
        examples: [['python3 -c "import pandas"']],
      }),
    keep_build_tools: z
      .boolean()
      .nullish()
      .meta({ description: 'Keep compilers and other build tools in the image; default false' }),
  })
  .meta({ title: 'CIC step description' });

/** A plain `spack.yaml`, read when there is no `spack` key. */
export const spackFileSchema = z.looseObject({ spack: spackSchema.nullish() });

/** JSON Schema of step files, for editors: unlike CIC, which warns, they mark unknown keys. */
export function toStepJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(stepFileSchema, { io: 'input', target: 'draft-7' });
  return { ...schema, additionalProperties: false };
}
