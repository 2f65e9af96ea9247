import type { ResolvedBase } from '../recipe/base-image.ts';
import type { EngineOptions } from './options.ts';
import type { Engine } from './port.ts';

/** An engine on this machine, with a store of its own, and what the suite has to know about it. */
export type EngineUnderTest = {
  /** An engine on the same store; options as the site would set them. */
  create(options?: Partial<Pick<EngineOptions, 'secrets' | 'proxy' | 'emulation'>>): Engine;
  /** A bootstrapped base that the engine has resolved. */
  readonly base: ResolvedBase;
  /** What builds have left behind: working containers, mounts, folders, processes. */
  findLeftovers(): Promise<readonly string[]>;
  /** Kills (SIGKILL) the process of the engine that runs the build. */
  killBuild(): Promise<void>;
  remove?(): Promise<void>;
};

/** What the parts of the contract suite share. */
export type EngineRig = {
  /** Empty folder of the suite. */
  readonly folder: string;
  readonly engine: Engine;
  readonly subject: EngineUnderTest;
};
