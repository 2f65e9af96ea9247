import { Skeleton, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { lazy, Suspense, useCallback, useState } from 'react';
import { isPassing } from '../../../src/client/service-error.ts';
import { isActive } from '../api/builds.ts';
import type { BuildDetails } from '../api/client.ts';
import { loadFiles } from '../app/page-files.ts';
import { buildName } from '../shared/build-name.ts';
import { ErrorState } from '../shared/error-state.tsx';
import { PageTitle } from '../shared/page-title.tsx';
import { BuildActions } from './build-actions.tsx';
import { BuildFacts } from './build-facts.tsx';
import classes from './build-view.module.css';
import { Inputs } from './inputs.tsx';
import type { LogSnapshot } from './log/build-log.ts';
import type { JumpTarget } from './log/jump.ts';
import { Outcome } from './outcome.tsx';
import { TimelineList } from './timeline-list.tsx';
import { useAnnouncement } from './use-announcement.ts';

/** A file of its own, which comes while the build is asked for: what is above the log needs not wait for it. */
const loading = loadFiles(() => import('./log/log-view.tsx'));
const LogView = lazy(async () => ({ default: (await loading).LogView }));

/** As build-view.module.css has it: the stages are not beside the log. */
const narrowWindow = '(max-width: 61.99em)';

type Props = {
  readonly build: BuildDetails;
  readonly log: LogSnapshot;
  /** What was last known is shown nevertheless. */
  readonly error: unknown;
  readonly onRetry: () => void;
};

export function BuildView({ build, log, error, onRetry }: Props) {
  const [failure, setFailure] = useState<unknown>(null);
  const [target, setTarget] = useState<JumpTarget | null>(null);
  const jump = useCallback((to: JumpTarget['to']) => setTarget({ to }), []);
  const isNarrow = useMediaQuery(narrowWindow, undefined, { getInitialValueInEffect: false });
  const stages = <TimelineList build={build} timeline={log.timeline} onJump={jump} />;
  const announcement = useAnnouncement(build, log.timeline);
  return (
    <>
      <PageTitle actions={<BuildActions build={build} onError={setFailure} />}>{buildName(build)}</PageTitle>
      <VisuallyHidden role="status">{announcement}</VisuallyHidden>
      {failure !== null && <ErrorState error={failure} />}
      {/* What passes is said where the build stands: a box above everything would move it twice. */}
      {error !== null && !isPassing(error) && <ErrorState error={error} onRetry={onRetry} />}
      <Outcome build={build} log={log} onJump={() => jump('error')} />
      <BuildFacts build={build} />
      <div className={classes['columns']}>
        {!isNarrow && stages}
        <Suspense fallback={<Skeleton height="var(--log-height)" />}>
          <LogView id={build.id} log={log} isActive={isActive(build)} target={target} />
        </Suspense>
        {/* Where they are not beside it they are below: each that comes would move the log that is read. */}
        {isNarrow && stages}
      </div>
      <Inputs build={build} />
    </>
  );
}
