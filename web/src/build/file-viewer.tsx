import { Button, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type BuildFile, buildAddresses, buildFileQuery } from '../api/build.ts';
import { CopyButton } from '../shared/copy-button.tsx';
import { ErrorState } from '../shared/error-state.tsx';
import { formatBytes } from '../shared/format.ts';
import { Icon } from '../shared/icons.tsx';
import classes from './file-viewer.module.css';
import { toReadable } from './plan.ts';

/** More of a text makes a page slow; the rest is for an editor. */
const shownChars = 400_000;

type Props = { readonly id: string; readonly file: BuildFile };

/** A file of a build, to read, to copy and to take away as it is. */
export function FileViewer({ id, file }: Props) {
  const { data, error, refetch } = useQuery(buildFileQuery(id, file));
  const { name, size_bytes: size } = file;
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const readable = data === undefined ? '' : toReadable(name, data);
  const isCut = readable.length > shownChars;
  return (
    <>
      <Group justify="space-between" mb="xs" mih={34}>
        <Text size="sm" c="dimmed">
          {formatBytes(size)}
          {isCut && ' · this is the first part: download it for all of it'}
        </Text>
        <Group gap="xs">
          <CopyButton text={data ?? ''} label={`Copy ${name}`} />
          <Button
            component="a"
            size="xs"
            variant="default"
            href={buildAddresses.file(id, name)}
            download={name}
            leftSection={<Icon name="download" />}
          >
            Download
          </Button>
        </Group>
      </Group>
      {data === undefined ? (
        <Skeleton height="28rem" />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className={classes['scroller']} tabIndex={0} aria-label={name}>
          <pre className={classes['text']}>{isCut ? readable.slice(0, shownChars) : readable}</pre>
        </section>
      )}
    </>
  );
}
