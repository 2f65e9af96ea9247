import type { Registry } from 'prom-client';
import type { Authenticator } from '../accounts/authenticator.ts';
import type { LoginGuard } from '../accounts/login-guard.ts';
import type { OidcLoginSettings, OidcProvider } from '../accounts/oidc/oidc-provider.ts';
import type { PendingLogins } from '../accounts/oidc/pending-logins.ts';
import type { AccountStore } from '../accounts/ports.ts';
import type { SignUpMode } from '../accounts/sign-up.ts';
import type { HpcSystem } from '../machine/system/system.ts';
import type { BuildFolders } from '../service/build-folder.ts';
import type { ImageNaming } from '../service/check-request.ts';
import type { Operations } from '../service/operations.ts';
import type { BuildStore, ChangeFeed, ImageStore } from '../service/ports.ts';
import type { WorkflowBrowser } from '../service/workflow-browser.ts';

/** The operator's settings that clients can tell. */
export type ApiSettings = {
  /** `/image_creation`, or an empty text for the root. */
  readonly basePath: string;
  /** Whether SIF files are handed to anybody who knows their name. */
  readonly downloads: 'authenticated' | 'anonymous';
  readonly signUp: SignUpMode;
  readonly sessionHours: number;
  readonly quota: { readonly running: number; readonly queued: number; readonly storedBytes: number };
  /** Proxies whose `X-Forwarded-*` headers are believed: addresses or networks. */
  readonly trustedProxies: readonly string[];
  readonly metrics: { readonly access: 'admin' | 'anonymous' | 'off' };
};

/** What is measured, in the form of Prometheus. */
export type Metrics = {
  /** Takes what the HTTP face counts. */
  readonly registry: Registry;
  readonly contentType: string;
  render(): Promise<string>;
};

/** Login at a provider of OpenID Connect. */
export type OidcLogin = {
  readonly settings: OidcLoginSettings;
  readonly provider: OidcProvider;
  readonly pending: PendingLogins;
};

/** Everything the routes work with. */
export type ApiDependencies = {
  readonly accounts: AccountStore;
  readonly authenticator: Authenticator;
  /** Slows those down who make account after account. */
  readonly signUpGuard: LoginGuard;
  /** Null where no provider is configured. */
  readonly oidc: OidcLogin | null;
  readonly builds: BuildStore;
  readonly images: ImageStore;
  readonly changes: ChangeFeed;
  readonly folders: BuildFolders;
  /** Where SIF files are. */
  readonly imagesDirectory: string;
  /** What the build of `web/` has written. */
  readonly pagesDirectory: string;
  readonly systems: readonly HpcSystem[];
  readonly workflows: WorkflowBrowser;
  readonly naming: ImageNaming;
  readonly operations: Operations;
  readonly settings: ApiSettings;
  readonly version: string;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Throws where the database does not answer. */
  readonly checkStorage: () => Promise<void>;
  /** True while a worker process is there to take builds. */
  readonly hasWorker: () => boolean;
  /** Absent where they are off. */
  readonly metrics?: Metrics;
};
