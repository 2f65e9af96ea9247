/** How to reach a PostgreSQL over its Unix socket. */
export type SocketConnection = {
  /** Folder of the socket. */
  readonly host: string;
  readonly user: string;
  readonly database: string;
  readonly password: string;
};
