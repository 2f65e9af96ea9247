import { run } from '../../exec/run.ts';
import type { CallOptions } from '../port.ts';
import { planStoreInfo, type StoreSettings } from './commands.ts';

/** Where containers-storage keeps images and containers, and how. */
export type Store = {
  readonly root: string;
  /** Such as `overlay`; also the beginning of folder names. */
  readonly driver: string;
};

type StoreInfo = { readonly store: { readonly GraphRoot: string; readonly GraphDriverName: string } };

export async function findStore(settings: StoreSettings, { signal }: CallOptions = {}): Promise<Store> {
  const { stdout } = await run(planStoreInfo(settings), { signal });
  const { store } = JSON.parse(stdout) as StoreInfo;
  return { root: store.GraphRoot, driver: store.GraphDriverName };
}
