import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '../errors/app-error.ts';
import { toProblemDetails } from './problem.ts';

/** Answers what is no request of HTTP, and so reaches no route. */
export function answerClientError({ code }: { readonly code?: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || socket.destroyed) return;
  const { status, error } = explain(code);
  const body = JSON.stringify(toProblemDetails(error, { status, requestId: randomUUID() }));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  else socket.destroy();
}

function explain(code: string | undefined): { readonly status: number; readonly error: AppError } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: 431,
        error: new AppError('API_TOO_LARGE', 'the headers of the request are too large'),
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, error: new AppError('API_MALFORMED', 'the request did not come to its end') };
    default:
      return { status: 400, error: new AppError('API_MALFORMED', 'this is no request of HTTP') };
  }
}
