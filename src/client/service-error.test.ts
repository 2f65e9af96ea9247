import { expect, test } from 'vitest';
import { isPassing, toServiceError, toUnreachable } from './service-error.ts';

const answer = (status: number) => ({ status, url: 'https://cic.example.org/x/api/v1/builds' });

test('a problem keeps its code, text and hint', () => {
  const error = toServiceError(answer(404), {
    code: 'BUILD_NOT_FOUND',
    detail: 'you have no build',
    hint: 'look',
  });
  expect(error).toMatchObject({ code: 'BUILD_NOT_FOUND', message: 'you have no build', hint: 'look' });
});

test('a fault of the service is none of this program', () => {
  const error = toServiceError(answer(500), { code: 'INTERNAL_ERROR', detail: 'a fault', request_id: 'r-1' });
  expect(error).toMatchObject({ code: 'SERVICE_FAILED', details: { requestId: 'r-1' } });
  expect(toServiceError(answer(400), { code: 'NEWER_CODE', detail: 'new' }).code).toBe('SERVICE_FAILED');
});

test('what is no CIC is told by its address', () => {
  const error = toServiceError(answer(404), '<html>');
  expect(error).toMatchObject({ code: 'SERVICE_FAILED', hint: expect.stringContaining('/image_creation') });
  expect(error.message).toContain('https://cic.example.org');
});

test('a certificate that is not trusted says what to do', () => {
  const inner = Object.assign(new Error('self-signed certificate in certificate chain'), {
    code: 'SELF_SIGNED_CERT_IN_CHAIN',
  });
  const error = toUnreachable(new TypeError('fetch failed', { cause: inner }), 'https://cic.example.org');
  expect(error).toMatchObject({
    code: 'SERVICE_UNREACHABLE',
    message: expect.stringContaining('self-signed certificate in certificate chain'),
    hint: expect.stringContaining('--ca'),
  });
});

test('only what passes by itself is tried again', () => {
  expect(isPassing(toServiceError(answer(502), undefined))).toBe(true);
  expect(isPassing(toServiceError(answer(404), undefined))).toBe(false);
  expect(isPassing(new Error('other'))).toBe(false);
});
