import { expect, test } from 'vitest';
import { makeStep } from '../recipe/recipe.fixture.ts';
import type { BaseImage } from '../step/base-image.ts';
import { chooseBase } from './choose-base.ts';

const bookworm: BaseImage = { kind: 'bootstrap', suite: 'bookworm' };
const image: BaseImage = { kind: 'reference', reference: 'registry.example.org/hpc:1' };
const site = { base: bookworm, allowedBases: [{ kind: 'bootstrap', suite: 'jammy' }, image] as const };

test('a step without a wish, and the base image itself, get the base of the site', () => {
  expect(chooseBase(makeStep(), site)).toEqual(bookworm);
  expect(chooseBase(undefined, site)).toEqual(bookworm);
});

test.each([bookworm, image, { kind: 'bootstrap', suite: 'jammy' } as const])(
  'a step gets what it asks for where the site allows it: %o',
  (base) => {
    expect(chooseBase(makeStep({ base }), site)).toEqual(base);
  },
);

test('another one is refused with the names of those that are allowed', () => {
  const refuse = () => chooseBase(makeStep({ base: { kind: 'bootstrap', suite: 'jamy' } }), site);
  expect(refuse).toThrow(
    expect.objectContaining({
      code: 'STEP_BASE_REFUSED',
      message: 'the step asks for the base image jamy, which this site does not allow',
      hint: 'did you mean "jammy"? this site allows bookworm, jammy, registry.example.org/hpc:1',
    }),
  );
});

test('an image is allowed under its exact reference only', () => {
  const base = { kind: 'reference', reference: 'registry.example.org/hpc:2' } as const;
  expect(() => chooseBase(makeStep({ base }), site)).toThrow('does not allow');
});
