import type { BuildRequest } from '../request/build-request.ts';
import type { Step } from '../step/step.ts';
import type { BuildRunOptions } from './options.ts';
import type { BuildDependencies } from './ports.ts';
import type { StageLog } from './stage-log.ts';
import type { Workspace } from './workspace.ts';

/** What the work on a built image needs to know. */
export type PublishContext = {
  readonly request: BuildRequest;
  /** Absent for the base image itself. */
  readonly step?: Step;
  readonly deps: BuildDependencies;
  readonly options: BuildRunOptions;
  readonly stages: StageLog;
  readonly workspace: Workspace;
};
