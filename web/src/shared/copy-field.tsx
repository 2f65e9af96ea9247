import { Group, Text } from '@mantine/core';
import { CopyButton } from './copy-button.tsx';
import classes from './copy-field.module.css';

type Props = {
  /** What the text is: `docker pull`. */
  readonly label: string;
  readonly text: string;
};

/** A command or a digest in one line that can be scrolled, selected and copied. */
export function CopyField({ label, text }: Props) {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {label}
      </Text>
      <Group wrap="nowrap" gap="xs" className={classes['field']}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <code className={classes['text']} tabIndex={0}>
          {text}
        </code>
        <CopyButton text={text} label={`Copy: ${label}`} />
      </Group>
    </div>
  );
}
