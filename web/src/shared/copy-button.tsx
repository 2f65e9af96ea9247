import { ActionIcon, Tooltip, VisuallyHidden } from '@mantine/core';
import { Icon } from './icons.tsx';
import { useCopied } from './use-copied.ts';

type Props = {
  readonly text: string;
  /** What it copies: `Copy the digest`. */
  readonly label: string;
};

const words = { none: '', copied: 'Copied', refused: 'The browser does not allow it: select the text' };

export function CopyButton({ text, label }: Props) {
  const { result, copy } = useCopied(text);
  return (
    <>
      <Tooltip label={words[result] || label}>
        <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={() => void copy()}>
          <Icon name={result === 'copied' ? 'check' : 'copy'} />
        </ActionIcon>
      </Tooltip>
      <VisuallyHidden role="status">{words[result]}</VisuallyHidden>
    </>
  );
}
