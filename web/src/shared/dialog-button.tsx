import { ActionIcon, Button, Modal, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { HoldDialog } from './hold-dialog.ts';
import { Icon, type IconName } from './icons.tsx';

type Props = {
  /** On the button, and above the dialog. */
  readonly label: string;
  readonly icon?: IconName;
  /** Default: a button with its label. */
  readonly look?: 'button' | 'icon';
  /** What is in the dialog; begins anew each time it is opened. */
  readonly children: (close: () => void) => ReactNode;
};

/** A button that opens a form. It closes by its buttons and by Escape, not by a click beside it: what was typed would be lost. */
export function DialogButton({ label, icon = 'plus', look = 'button', children }: Props) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [isHeld, hold] = useState(false);
  return (
    <>
      {look === 'icon' ? (
        <Tooltip label={label}>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} onClick={open}>
            <Icon name={icon} />
          </ActionIcon>
        </Tooltip>
      ) : (
        <Button leftSection={<Icon name={icon} />} onClick={open}>
          {label}
        </Button>
      )}
      <Modal
        opened={isOpen}
        onClose={close}
        title={label}
        closeOnClickOutside={false}
        closeOnEscape={!isHeld}
        withCloseButton={!isHeld}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <HoldDialog value={hold}>{children(close)}</HoldDialog>
      </Modal>
    </>
  );
}
