import { expect, test } from 'vitest';
import { answerChallenge, parseChallenge } from './authorization.ts';
import type { HttpRequest } from './http.ts';

const credentials = { user: 'me', password: 'a:b' };
const basic = `Basic ${Buffer.from('me:a:b').toString('base64')}`;

const answering = (status: number, body: string) => {
  const requests: HttpRequest[] = [];
  const send = async (request: HttpRequest) => {
    requests.push(request);
    return { status, headers: {}, body };
  };
  return { requests, send };
};

test('a challenge has a scheme and quoted parameters, commas and all', () => {
  expect(parseChallenge('Bearer realm="https://a/t", service="r",scope="repository:x:pull,push"')).toEqual({
    scheme: 'bearer',
    parameters: { realm: 'https://a/t', service: 'r', scope: 'repository:x:pull,push' },
  });
  expect(parseChallenge('BASIC Realm="x y"')).toEqual({ scheme: 'basic', parameters: { realm: 'x y' } });
});

test('Basic is answered with the credentials, without asking anybody', async () => {
  const { send, requests } = answering(500, '');
  const options = { credentials, send };
  expect(await answerChallenge(parseChallenge('Basic realm="x"'), options)).toBe(basic);
  expect(await answerChallenge(parseChallenge('Basic realm="x"'), { send, credentials: undefined })).toBe(
    undefined,
  );
  expect(requests).toEqual([]);
});

test.each(['{"token": "t"}', '{"access_token": "t"}'])('a token server may answer %s', async (body) => {
  const { send, requests } = answering(200, body);
  const challenge = parseChallenge('Bearer realm="https://a.example.org/token?x=1",service="r"');
  expect(await answerChallenge(challenge, { credentials, send })).toBe('Bearer t');
  expect(requests[0]).toMatchObject({
    url: 'https://a.example.org/token?x=1&service=r',
    headers: { Authorization: basic },
  });
});

test('without credentials a token is asked for anonymously', async () => {
  const { send, requests } = answering(200, '{"token": "t"}');
  const challenge = parseChallenge('Bearer realm="http://a.example.org/token"');
  expect(await answerChallenge(challenge, { credentials: undefined, send })).toBe('Bearer t');
  expect(requests[0]?.headers).toEqual({});
});

test('a token server that refuses gives no authorization', async () => {
  const { send } = answering(401, '{}');
  const challenge = parseChallenge('Bearer realm="https://a.example.org/token"');
  expect(await answerChallenge(challenge, { credentials, send })).toBeUndefined();
});
