import { expect, test } from 'vitest';
import { formatCurl, quoteWord } from './commands.ts';

const download = {
  url: 'https://cic.example.org/image_creation/images/download/w_s.sif',
  filename: 'w_s.sif',
  sha256: 'ab12',
};

test('a download goes on where it was, and is checked', () => {
  expect(formatCurl({ ...download, userName: 'ada' })).toBe(
    'curl -f --retry 5 -C - -u ada -o w_s.sif https://cic.example.org/image_creation/images/download/w_s.sif\n' +
      "echo 'ab12  w_s.sif' | sha256sum -c",
  );
});

test('who has no password shows a token', () => {
  expect(formatCurl({ ...download, userName: null })).toContain(' -u "$CIC_TOKEN:" ');
});

test('a name that a shell would read otherwise is quoted', () => {
  expect(quoteWord("a b'c$(d)")).toBe("'a b'\\''c$(d)'");
});
