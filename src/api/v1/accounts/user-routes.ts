import { z } from 'zod';
import type { User } from '../../../accounts/account.ts';
import { checkPassword, hashPassword } from '../../../accounts/password.ts';
import { createSecret } from '../../../accounts/secret.ts';
import { checkUserName } from '../../../accounts/user-name.ts';
import { AppError } from '../../../errors/app-error.ts';
import { principalOf } from '../../authentication.ts';
import type { ApiDependencies } from '../../dependencies.ts';
import { failures, guard, security } from '../guard.ts';
import type { V1App } from '../v1-app.ts';
import {
  changeQuota,
  nameSchema,
  passwordSchema,
  quotaSchema,
  roleSchema,
  toWireUser,
  userSchema,
} from './wire.ts';

const tags = ['users'];
const idParams = z.object({ id: z.uuid() });

const newUserSchema = z
  .object({
    name: nameSchema,
    password: passwordSchema.optional().meta({ description: 'Absent: one is made up' }),
    role: roleSchema.default('user'),
  })
  .meta({ id: 'NewUser' });

const createdUserSchema = userSchema
  .extend({
    password: z.string().optional().meta({ description: 'The one that was made up; shown only now' }),
  })
  .meta({ id: 'CreatedUser' });

const userChangeSchema = z
  .object({ role: roleSchema, disabled: z.boolean(), quota: quotaSchema.partial() })
  .partial()
  .meta({ id: 'UserChange', description: 'What is not given stays' });

type Route = { readonly operationId: string; readonly summary: string };

/** Users, for administrators. */
export function addUserRoutes(app: V1App, deps: ApiDependencies): void {
  const preHandler = guard(deps, 'admin');
  const describe = (route: Route) => ({ ...route, tags, security });

  app.get(
    '/users',
    {
      preHandler,
      schema: {
        ...describe({ operationId: 'listUsers', summary: 'All users by name' }),
        response: { 200: z.object({ items: z.array(userSchema) }).meta({ id: 'UserList' }), ...failures },
      },
    },
    async () => ({ items: (await deps.accounts.listUsers()).map(toWireUser) }),
  );

  app.post(
    '/users',
    {
      preHandler,
      schema: {
        ...describe({ operationId: 'createUser', summary: 'Make an account' }),
        body: newUserSchema,
        response: { 201: createdUserSchema, ...failures },
      },
    },
    async (request, reply) => {
      const { name, role, password = createSecret() } = request.body;
      checkUserName(name);
      checkPassword(password, name);
      const user = await deps.accounts.addUser({ name, passwordHash: await hashPassword(password), role });
      const shown = request.body.password === undefined ? { password } : {};
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ ...toWireUser(user), ...shown });
    },
  );

  app.get(
    '/users/:id',
    {
      preHandler,
      schema: {
        ...describe({ operationId: 'getUser', summary: 'One user' }),
        params: idParams,
        response: { 200: userSchema, ...failures },
      },
    },
    async (request) => toWireUser(await findUser(request.params.id, deps)),
  );

  addUserChangeRoutes(app, deps);
}

function addUserChangeRoutes(app: V1App, deps: ApiDependencies): void {
  const preHandler = guard(deps, 'admin');
  const describe = (route: Route) => ({ ...route, tags, security, params: idParams });

  app.patch(
    '/users/:id',
    {
      preHandler,
      schema: {
        ...describe({ operationId: 'changeUser', summary: 'Change role, quota, or whether one may log in' }),
        body: userChangeSchema,
        response: { 200: userSchema, ...failures },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { role, disabled, quota } = request.body;
      const before = await findUser(id, deps);
      const user = await deps.accounts.changeUser(id, {
        ...(role !== undefined && { role }),
        ...(disabled !== undefined && { isDisabled: disabled }),
        quota: changeQuota(before.quota, quota),
      });
      deps.authenticator.forget(id);
      return toWireUser(user);
    },
  );

  app.put(
    '/users/:id/password',
    {
      preHandler,
      schema: {
        ...describe({
          operationId: 'setPassword',
          summary: "Set another user's password; ends all sessions",
        }),
        body: z.object({ password: passwordSchema }).meta({ id: 'NewPassword' }),
        response: { 204: z.null(), ...failures },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (id === principalOf(request).user.id) {
        throw new AppError('AUTH_FORBIDDEN', 'your own password is changed with the old one', {
          hint: 'use POST account/password',
        });
      }
      const { name } = await findUser(id, deps);
      checkPassword(request.body.password, name);
      await deps.accounts.setPassword(id, await hashPassword(request.body.password));
      deps.authenticator.forget(id);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/users/:id',
    {
      preHandler,
      schema: {
        ...describe({
          operationId: 'deleteUser',
          summary:
            'Forget a user; builds of nobody else are cancelled where they run, and stay for administrators',
        }),
        response: { 204: z.null(), ...failures },
      },
    },
    async (request, reply) => {
      await deps.accounts.removeUser(request.params.id);
      deps.authenticator.forget(request.params.id);
      return reply.code(204).send(null);
    },
  );
}

async function findUser(id: string, { accounts }: ApiDependencies): Promise<User> {
  const user = await accounts.findUser(id);
  if (user === undefined) throw new AppError('ACCOUNT_NOT_FOUND', `there is no user ${id}`);
  return user;
}
