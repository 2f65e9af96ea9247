import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { AppError } from '../../errors/app-error.ts';

/** Asks on the terminal; what is typed for a password is not shown. */
export async function ask(question: string, options: { readonly isSecret?: boolean } = {}): Promise<string> {
  if (process.stdin.isTTY !== true) {
    throw new AppError('AUTH_REQUIRED', 'there is no terminal to ask on', {
      hint: 'give --token, or --user and --password-stdin',
    });
  }
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = options.isSecret ? nowhere : process.stderr;
  const lines = createInterface({ input: process.stdin, output, terminal: true, historySize: 0 });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    if (options.isSecret) process.stderr.write('\n');
  }
}

/** Standard input to its end, without the line break there. */
export async function readSecretFromInput(): Promise<string> {
  return (await readText(process.stdin)).replace(/\r?\n$/, '');
}
