import type { ErrorDoc } from './error-doc.ts';

/** Error codes of the service: its database, its builds, accounts and requests. */
export const serviceCodes = {
  STORAGE_UNAVAILABLE: {
    meaning: 'The database of the service cannot be started or reached.',
    solve: 'Follow the hint; `cic doctor` shows which PostgreSQL there is.',
  },
  STORAGE_SCHEMA_NEWER: {
    meaning: 'The database was written by a newer CIC.',
    solve: 'Start that version, or restore a backup of the older one.',
  },
  BACKUP_INVALID: {
    meaning: 'A file is no backup of CIC, or not a whole one.',
    solve: 'Take another backup: its checksum is part of it.',
  },
  RESTORE_NOT_EMPTY: {
    meaning: 'The folder that a backup shall be restored into holds data already.',
    solve: 'Choose another folder, or `--force`, which keeps the old database beside the new one.',
  },
  SERVICE_DATA_MISSING: {
    meaning: 'There are no data of a service in a folder.',
    solve: 'Name the folder of the service with --data or in the configuration.',
  },
  SERVICE_DATA_IN_USE: {
    meaning: 'Another `cic serve` uses the same data folder.',
    solve: 'End it, or choose another folder with --data.',
  },
  SERVICE_LISTEN_FAILED: {
    meaning: 'The service cannot listen on the address it was given.',
    solve: 'Choose another --port, or end what uses it.',
  },
  SERVICE_UNREACHABLE: {
    meaning: 'The service cannot be reached, or the connection to it broke for too long.',
    solve: 'Check the address, the network and the certificate, and that the service runs.',
  },
  SERVICE_FAILED: {
    meaning: 'What answers at the address is not CIC, or CIC met a fault of its own there.',
    solve:
      'Check the address with its base path; the operator finds the request id in the log of the service.',
  },
  DOWNLOAD_FAILED: {
    meaning: 'A file could not be downloaded as a whole, written or verified.',
    solve: 'Free some space and download again: it goes on where it ended.',
  },
  BUILD_NOT_FOUND: {
    meaning: 'There is no build with this id, or it is not yours.',
    solve: 'List your builds; ids are UUIDs.',
  },
  BUILD_TIMED_OUT: {
    meaning: 'The build took longer than the service allows, or said nothing for too long.',
    solve: 'Ask for less, or have the operator raise `service.limits`.',
  },
  BUILD_INTERRUPTED: {
    meaning: 'The service ended several times while it worked on this build.',
    solve: 'Have the operator look into its log (memory?), then build again.',
  },
  BUILD_FINISHED: {
    meaning: 'The build has ended already: it cannot be cancelled any more.',
    solve: 'Nothing is to be done.',
  },
  AUTH_REQUIRED: {
    meaning: 'The request has no credentials.',
    solve: 'Send a user name and password (Basic) or an API token (Bearer).',
  },
  AUTH_INVALID: {
    meaning: 'User name, password or token are wrong, expired or revoked.',
    solve: 'Log in anew; tokens are made on the account page.',
  },
  AUTH_FORBIDDEN: {
    meaning: 'The account or the token may not do this.',
    solve: 'Use a token with the scope that the message names, or ask an administrator.',
  },
  AUTH_THROTTLED: {
    meaning: 'Too many attempts with wrong credentials.',
    solve: 'Wait as long as the message says.',
  },
  AUTH_CROSS_SITE: {
    meaning: 'A page of another site sent a request with the cookie of this one.',
    solve: 'Send it from the page of the service, or with a token.',
  },
  AUTH_LOGIN_REFUSED: {
    meaning: 'The login at the OIDC provider did not lead to an account.',
    solve: 'The message says why; begin the login anew, or ask an administrator for an invitation.',
  },
  AUTH_PROVIDER_FAILED: {
    meaning: 'The OIDC provider does not answer, or not as it should.',
    solve: 'Log in with a password, or try again later; operators check service.oidc and network.ca_bundle.',
  },
  ACCOUNT_NOT_FOUND: {
    meaning: 'There is no such user, token, session or invitation.',
    solve: 'List them first.',
  },
  ACCOUNT_NAME_TAKEN: {
    meaning: 'A user of this name exists.',
    solve: 'Choose another name.',
  },
  ACCOUNT_INVALID: {
    meaning: 'A name, password, role or scope is not allowed.',
    solve: 'The message says what is.',
  },
  ACCOUNT_PASSWORD_WRONG: {
    meaning: 'The old password is wrong.',
    solve: 'Give the password that you log in with.',
  },
  ACCOUNT_SIGN_UP_CLOSED: {
    meaning: 'New accounts are not open to everybody here.',
    solve: 'Ask an administrator for an account or an invitation.',
  },
  ACCOUNT_INVITE_INVALID: {
    meaning: 'The invitation is unknown, used or expired.',
    solve: 'Ask for a new one.',
  },
  ACCOUNT_LAST_ADMIN: {
    meaning: 'This would leave the service without an administrator.',
    solve: 'Make somebody else an administrator first.',
  },
  QUOTA_EXCEEDED: {
    meaning: 'The account has as many builds or bytes as it may have.',
    solve: 'Wait for builds to end, delete what is not needed, or ask an administrator.',
  },
  IMAGE_NOT_FOUND: {
    meaning: 'There is no such image or file.',
    solve: 'List the images; a file exists once its build is FINISHED.',
  },
  API_NOT_FOUND: {
    meaning: 'There is nothing at this address.',
    solve: 'See the description of the API at `api/v1/docs`.',
  },
  API_MALFORMED: {
    meaning: 'The request cannot be read.',
    solve: 'The message says what is wrong and where.',
  },
  API_RANGE: {
    meaning: 'The Range header asks for a part that the file does not have.',
    solve: 'The file may be complete already: compare its size and its checksum.',
  },
  API_TOO_LARGE: {
    meaning: 'The body of the request is larger than the service takes.',
    solve: 'A build request is a few lines of JSON.',
  },
  API_MEDIA_TYPE: {
    meaning: 'The body of the request is not JSON.',
    solve: 'Send `Content-Type: application/json`.',
  },
} as const satisfies Record<string, ErrorDoc>;
