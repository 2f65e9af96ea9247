import { Button, type ButtonProps, Group, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';

type Props = Pick<ButtonProps, 'leftSection' | 'disabled' | 'variant' | 'loading' | 'size'> & {
  /** What it does, on the button itself: `Delete`. */
  readonly label: string;
  /** What it asks: `Delete this build?` */
  readonly question: string;
  /** What happens then. */
  readonly children: ReactNode;
  /** The other way out: `Keep it`. */
  readonly keepLabel: string;
  readonly onConfirm: () => void;
};

/** A button for what cannot be taken back: it asks first. */
export function ConfirmButton({ label, question, children, keepLabel, onConfirm, ...button }: Props) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const confirm = () => {
    close();
    onConfirm();
  };
  return (
    <>
      <Button variant="default" {...button} onClick={open}>
        {label}
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={question}
        centered
        transitionProps={{ duration: 0 }}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Text component="div">{children}</Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close} data-autofocus>
            {keepLabel}
          </Button>
          <Button color="red" onClick={confirm}>
            {label}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
