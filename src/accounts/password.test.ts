import { expect, test } from 'vitest';
import { checkPassword, hashPassword, isPassword } from './password.ts';

test.each([
  ['short', /12 to 256 characters, this one 5/],
  ['x'.repeat(257), /this one 257/],
  ['abababababababab', /fewer than 5 different/],
  ['aloysius1234', /little more than the user name/],
])('"%.20s" is no password', (password, message) => {
  expect(() => checkPassword(password, 'Aloysius')).toThrow(message);
});

test.each(['correct horse battery', 'Пароль из слов', 'aloysius likes his tea'])(
  '"%s" is a password',
  (password) => {
    expect(() => checkPassword(password, 'aloysius')).not.toThrow();
  },
);

test('a password is recognised by its hash, however its letters are composed', async () => {
  const hash = await hashPassword('caf\u00e9 au lait');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await isPassword('cafe\u0301 au lait', hash)).toBe(true);
  expect(await isPassword('cafe au lait', hash)).toBe(false);
});

test('who does not exist or has no password takes as long as who has one', async () => {
  const hash = await hashPassword('correct horse battery');
  await isPassword('warm up', undefined);
  const measure = async (kept: string | null | undefined) => {
    const started = performance.now();
    expect(await isPassword('wrong', kept)).toBe(false);
    return performance.now() - started;
  };
  const least = async (kept: string | null | undefined) =>
    Math.min(...[await measure(kept), await measure(kept), await measure(kept)]);
  const [known, unknown, without] = [await least(hash), await least(undefined), await least(null)];
  expect(unknown).toBeGreaterThan(known / 3);
  expect(without).toBeGreaterThan(known / 3);
});

test('a giant text is no password, and costs nothing', async () => {
  expect(await isPassword('x'.repeat(1e7), await hashPassword('correct horse battery'))).toBe(false);
});
