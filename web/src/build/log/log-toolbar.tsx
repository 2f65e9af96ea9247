import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { buildAddresses } from '../../api/build.ts';
import { Icon } from '../../shared/icons.tsx';
import type { Connection, LogSnapshot } from './build-log.ts';
import classes from './log-view.module.css';

type Props = {
  readonly id: string;
  readonly log: LogSnapshot;
  /** The search. */
  readonly children: ReactNode;
  readonly isFollowing: boolean;
  readonly onFollow: () => void;
  readonly isWrapped: boolean;
  readonly onWrap: () => void;
  /** Undefined where nothing has failed. */
  readonly onError: (() => void) | undefined;
};

export function LogToolbar({ id, log, children, isFollowing, onFollow, isWrapped, onWrap, onError }: Props) {
  const isOver = log.connection === 'over';
  return (
    <div className={classes['toolbar']} role="toolbar" aria-label="Log">
      {children}
      {onError && (
        <Button size="xs" variant="default" onClick={onError} title="Jump to the error">
          Error
        </Button>
      )}
      <Toggle isOn={!isOver && isFollowing} onClick={onFollow} hasState={!isOver}>
        {isOver ? 'End' : 'Follow'}
      </Toggle>
      <Toggle isOn={isWrapped} onClick={onWrap} hasState>
        Wrap
      </Toggle>
      <Button
        component="a"
        size="xs"
        variant="default"
        href={buildAddresses.log(id)}
        download={`build-${id}.log`}
        leftSection={<Icon name="download" />}
        title="The whole log as a text file"
      >
        Raw
      </Button>
      <Status log={log} />
    </div>
  );
}

type ToggleProps = {
  readonly isOn: boolean;
  /** False: it is a button that does something once. */
  readonly hasState: boolean;
  readonly onClick: () => void;
  readonly children: string;
};

function Toggle({ isOn, hasState, onClick, children }: ToggleProps) {
  return (
    <Button
      size="xs"
      variant={isOn ? 'filled' : 'default'}
      aria-pressed={hasState ? isOn : undefined}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}

const words: Readonly<Record<Connection, string>> = {
  waiting: 'Connecting',
  live: 'Live',
  lost: 'Reconnecting',
  over: 'Complete',
};

/** The loss of the connection is said to screen readers, and its return; how many lines there are is not. */
function Status({ log: { connection, begin, count } }: { readonly log: LogSnapshot }) {
  return (
    <span className={classes['status']}>
      <span className={classes['dot']} data-connection={connection} />
      <span role="status">{words[connection]}</span>
      <span>· {(begin + count).toLocaleString('en')} lines</span>
    </span>
  );
}
