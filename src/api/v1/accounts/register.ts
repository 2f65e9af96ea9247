import type { ApiDependencies } from '../../dependencies.ts';
import type { V1App } from '../v1-app.ts';
import { addAccountRoutes } from './account-routes.ts';
import { addInviteRoutes } from './invite-routes.ts';
import { addOidcRoutes } from './oidc-routes.ts';
import { addSessionRoutes } from './session-routes.ts';
import { addSignUpRoute } from './sign-up-routes.ts';
import { addTokenRoutes } from './token-routes.ts';
import { addUserRoutes } from './user-routes.ts';

/** Logins, one's own account, and users for administrators. */
export function addAccountsRoutes(app: V1App, deps: ApiDependencies): void {
  addSessionRoutes(app, deps);
  addOidcRoutes(app, deps);
  addSignUpRoute(app, deps);
  addAccountRoutes(app, deps);
  addTokenRoutes(app, deps);
  addUserRoutes(app, deps);
  addInviteRoutes(app, deps);
}
