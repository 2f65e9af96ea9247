import { z } from 'zod';
import type { User } from '../../../accounts/account.ts';
import type { LoginGuard } from '../../../accounts/login-guard.ts';
import { checkPassword, hashPassword } from '../../../accounts/password.ts';
import { hashSecret } from '../../../accounts/secret.ts';
import { checkUserName } from '../../../accounts/user-name.ts';
import { AppError } from '../../../errors/app-error.ts';
import { requireSameSite } from '../../authentication.ts';
import type { ApiDependencies } from '../../dependencies.ts';
import { failures } from '../guard.ts';
import type { V1App } from '../v1-app.ts';
import { nameSchema, passwordSchema, toWireUser, userSchema } from './wire.ts';

const signUpSchema = z
  .object({
    name: nameSchema,
    password: passwordSchema,
    invite: z.string().max(200).optional().meta({ description: 'Code of an invitation' }),
  })
  .meta({ id: 'SignUp' });

type SignUp = z.infer<typeof signUpSchema>;

/** Making an account for oneself. */
export function addSignUpRoute(app: V1App, deps: ApiDependencies): void {
  app.post(
    '/sign-up',
    {
      preHandler: requireSameSite,
      schema: {
        operationId: 'signUp',
        summary: 'Make an account; whether everybody may, the service decides',
        tags: ['account'],
        body: signUpSchema,
        response: { 201: userSchema, ...failures },
      },
    },
    async (request, reply) => {
      const user = await signUp(request.body, request.ip, deps);
      return reply.code(201).send(toWireUser(user));
    },
  );
}

async function signUp(
  { name, password, invite }: SignUp,
  address: string,
  deps: ApiDependencies,
): Promise<User> {
  refuseUninvited(invite, deps);
  checkUserName(name);
  checkPassword(password, name);
  countSignUp(deps.signUpGuard, address);
  const passwordHash = await hashPassword(password);
  return invite === undefined
    ? deps.accounts.addUser({ name, passwordHash, role: 'user' })
    : deps.accounts.acceptInvite(hashSecret(invite), { name, passwordHash }, { now: deps.now() });
}

function refuseUninvited(invite: string | undefined, { settings }: ApiDependencies): void {
  const { signUp: mode } = settings;
  if (mode === 'closed')
    throw new AppError('ACCOUNT_SIGN_UP_CLOSED', 'administrators make the accounts here');
  if (mode === 'invite' && invite === undefined) {
    throw new AppError('ACCOUNT_SIGN_UP_CLOSED', 'an account needs an invitation here');
  }
}

/** Each costs a hash and may stay for ever: more than a few from one address have to wait, as guesses do. */
function countSignUp(guard: LoginGuard, address: string): void {
  guard.admit(address, 'sign-up')('wrong');
}
