import { ActionIcon, Button, Group, Modal, Stack, Tooltip } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type MouseEvent, type ReactNode, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { ErrorState } from './error-state.tsx';
import { focusDialog } from './hold-dialog.ts';
import { Icon, type IconName } from './icons.tsx';
import { say } from './say.ts';

type Props = {
  /** What it does, and to what: `Revoke the token laptop`. The heading of the question too. */
  readonly label: string;
  /** On the button, words of the label; absent: the icon alone. */
  readonly text?: string;
  readonly icon?: IconName;
  /** What will be gone, and what stays. */
  readonly children: ReactNode;
  /** The word on the button that does it: `Revoke`. */
  readonly verb: string;
  /** The other way out. */
  readonly keepLabel?: string;
  /** What a screen reader is told then; default: the label, and that it is done. */
  readonly done?: string;
  readonly isDisabled?: boolean;
  /** Lists are asked for anew without waiting for them: the row of this button may go with its answer. */
  readonly action: () => Promise<unknown>;
};

/** A button that asks before it does what cannot be undone. */
export function ConfirmButton({ label, text, icon = 'trash', children, verb, action, ...props }: Props) {
  const { keepLabel = 'Cancel', isDisabled = false, done = `${label}: done` } = props;
  const [state, setState] = useState<'closed' | 'open' | 'done'>('closed');
  const section = useRef<Element>(null);
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: action,
    onSuccess: () => {
      // Closed first: behind an open dialog nothing else can have the focus.
      flushSync(() => setState('done'));
      focusHeading(section.current);
      say(done);
    },
  });
  const ask = ({ currentTarget }: MouseEvent) => {
    section.current = currentTarget.closest('section');
    reset();
    setState('open');
  };
  const confirm = ({ currentTarget }: MouseEvent) => {
    focusDialog(currentTarget);
    mutate();
  };
  /** What was sent cannot be taken back: the dialog stays until its answer. */
  const close = () => {
    if (!isPending) setState('closed');
  };
  return (
    <>
      <AskButton label={label} text={text} icon={icon} isDisabled={isDisabled} onAsk={ask} />
      <Modal
        opened={state === 'open'}
        onClose={close}
        returnFocus={state !== 'done'}
        title={`${label}?`}
        closeButtonProps={{ 'aria-label': 'Close', disabled: isPending }}
      >
        <Stack>
          <div>{children}</div>
          {error !== null && <ErrorState error={error} />}
          <Group justify="end">
            <Button variant="default" onClick={close} disabled={isPending} data-autofocus>
              {keepLabel}
            </Button>
            <Button color="red" loading={isPending} onClick={confirm}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

type AskButtonProps = Required<Pick<Props, 'label' | 'icon' | 'isDisabled'>> & {
  readonly text: string | undefined;
  readonly onAsk: (event: MouseEvent) => void;
};

function AskButton({ label, text, icon, isDisabled, onAsk }: AskButtonProps) {
  const shared = {
    color: 'red',
    'aria-label': label,
    disabled: isDisabled,
    onClick: onAsk,
  };
  if (text === undefined) {
    return (
      <Tooltip label={label}>
        <ActionIcon {...shared} variant="subtle" size="lg">
          <Icon name={icon} />
        </ActionIcon>
      </Tooltip>
    );
  }
  return (
    <Button {...shared} variant="default" leftSection={<Icon name={icon} />}>
      {text}
    </Button>
  );
}

/** Where the button was: itself it may be gone with its row, or can do nothing more. */
function focusHeading(section: Element | null): void {
  const heading = section?.isConnected ? section.querySelector<HTMLElement>('h2') : null;
  heading?.setAttribute('tabindex', '-1');
  const place = heading ?? document.querySelector('main');
  place?.focus({ preventScroll: true });
}
