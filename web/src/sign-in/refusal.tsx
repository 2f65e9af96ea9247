import { Alert } from '@mantine/core';
import { errorCodes } from '../../../src/errors/codes.ts';
import type { Schemas } from '../api/client.ts';
import { toSentence } from '../shared/sentence.ts';

type Props = {
  /** Of the address. */
  readonly code: string;
  /** What the service says; null when it is too long ago. */
  readonly refused: Schemas['SignInOptions']['refused'];
};

/** Why a login at the provider led back to here. The address names a known code at most: its words are not shown. */
export function Refusal({ code, refused }: Props) {
  return (
    <Alert color="red" variant="light" role="alert" title="You were not signed in">
      {refused?.code === code
        ? [refused.message, refused.hint ?? ''].map(toSentence).join(' ')
        : meaningOf(code)}
    </Alert>
  );
}

function meaningOf(code: string): string {
  const isKnown = (text: string): text is keyof typeof errorCodes => Object.hasOwn(errorCodes, text);
  return isKnown(code) ? errorCodes[code].meaning : 'Try again, or sign in with a password.';
}
