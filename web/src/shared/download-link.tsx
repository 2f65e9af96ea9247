import { Button, type ButtonProps } from '@mantine/core';
import { sifUrl } from '../api/images.ts';
import { Icon } from './icons.tsx';

type Props = Pick<ButtonProps, 'variant' | 'size'> & {
  readonly filename: string;
  readonly children: string;
};

/** Hands the file to the browser's own downloads, which can go on where they were interrupted. */
export function DownloadLink({ filename, children, ...look }: Props) {
  return (
    <Button
      component="a"
      href={sifUrl(filename)}
      download={filename}
      leftSection={<Icon name="download" />}
      aria-label={`${children} ${filename}`}
      {...look}
    >
      {children}
    </Button>
  );
}
