import { createServiceClient, type ServiceClient } from '../../../src/client/client.ts';
import type { components, paths } from '../../../src/client/generated/api.ts';
import { readBasePath } from './base-path.ts';

export { requireData } from '../../../src/client/client.ts';

/** Shapes of the API, made from its description. */
export type Schemas = components['schemas'];
export type Build = Schemas['Build'];
/** With what only its own page asks for. */
export type BuildDetails = Schemas['BuildDetails'];
export type BuildState = Build['state'];
export type Account = Schemas['Account'];

/** What `GET` of a list may be asked. */
export type Query<Path extends keyof paths> = paths[Path] extends {
  get: { parameters: { query?: infer Parameters } };
}
  ? NonNullable<Parameters>
  : never;

let created: ServiceClient | undefined;

/** The client of the service that these pages come from; the browser adds the cookie of the session. */
export function api(): ServiceClient {
  created ??= createServiceClient({ url: readBasePath() });
  return created;
}
