import { expect, test } from 'vitest';
import { toSentence } from './sentence.ts';

test('a message becomes a sentence, once', () => {
  expect(toSentence('ask an administrator')).toBe('Ask an administrator.');
  expect(toSentence('Who is it?')).toBe('Who is it?');
  expect(toSentence('')).toBe('');
});
