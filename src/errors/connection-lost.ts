/**
 * Of the network, and of PostgreSQL: the server shuts down, crashed, or starts up (class 57), or the connection broke
 * (class 08).
 *
 * @see PostgreSQL documentation, Appendix A, Error Codes
 */
const codes = /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT|57P0[123]|08\d{3})$/;

/** What node-postgres says without a code. */
const messages =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/** True when an error says that the database was not reachable, or is not any more: later the same may work. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  // A file that is missing is not the database's socket.
  if (code === 'ENOENT' && syscall !== 'connect') return false;
  if (typeof code === 'string' && codes.test(code)) return true;
  return messages.test(error.message) || isConnectionLost(error.cause);
}
