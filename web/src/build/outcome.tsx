import { isActive } from '../api/builds.ts';
import type { BuildDetails } from '../api/client.ts';
import { FailureSummary } from './failure-summary.tsx';
import type { LogSnapshot } from './log/build-log.ts';
import classes from './outcome.module.css';
import { Result } from './result.tsx';
import { UnderWay } from './under-way.tsx';

type Props = {
  readonly build: BuildDetails;
  readonly log: LogSnapshot;
  /** Goes to the error in the log. */
  readonly onJump: () => void;
};

/** What became of a build, before all else of its page; as long as it goes on, how far it is. */
export function Outcome({ build, log, onJump }: Props) {
  const { kind, failure, image } = build;
  if (failure !== null) {
    return (
      <div className={classes['outcome']}>
        <FailureSummary state={build.state} failure={failure} onJump={onJump} />
      </div>
    );
  }
  // The result of a dry run is its plan, among the files.
  if (kind === 'plan' || (image === null && !isActive(build))) return null;
  return (
    <div className={classes['outcome']}>
      {image === null ? <UnderWay build={build} log={log} /> : <Result build={build} image={image} />}
    </div>
  );
}
