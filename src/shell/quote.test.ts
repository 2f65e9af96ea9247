import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoteForShell } from './quote.ts';

const words = ['plain', 'pandas>=1.5', "it's", '', '$(id) `id` "x" \\', '* ?', '-n', 'a\nb', 'ünï'];

test.each(words)('a POSIX shell reads the quoted word %j back unchanged', (word) => {
  const printed = execFileSync('sh', ['-c', `printf %s ${quoteForShell(word)}`], { encoding: 'utf8' });
  expect(printed).toBe(word);
});
