import { expect, test } from 'vitest';
import { toRequestJsonSchema } from '../request/wire-request.ts';
import { toStepJsonSchema } from './step-schema.ts';

test('the JSON Schema of a step file lets an editor mark unknown keys and complete known ones', () => {
  expect(toStepJsonSchema()).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    additionalProperties: false,
    properties: { apt: { description: expect.any(String) }, pip: {}, spack: {} },
  });
});

test('the JSON Schema of a request requires what the contract requires', () => {
  expect(toRequestJsonSchema()).toMatchObject({
    required: ['machine', 'workflow', 'step_id'],
    properties: {
      machine: {
        anyOf: [
          { required: ['platform', 'architecture', 'container_engine'] },
          { required: ['name'] },
          { type: 'string' },
        ],
      },
    },
  });
});
