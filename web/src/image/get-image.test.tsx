import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Account, Schemas } from '../api/client.ts';
import { GetImage } from './get-image.tsx';

beforeEach(() => {
  vi.stubGlobal('location', { origin: 'https://cic.example.org' });
  vi.stubGlobal('document', { baseURI: 'https://cic.example.org/image_creation/' });
});
afterEach(() => vi.unstubAllGlobals());

const image = {
  sif: { filename: 'w_s.sif', sha256: 'ab12', size_bytes: 82_400_000 },
  docker_reference: 'registry.example.org/cic/w_s:latest',
  apptainer_url: 'oras://registry.example.org/cic/w_s:latest-sif',
} as Schemas['ImageDetails'];
const account = { user: { name: 'ada' }, has_password: true } as Account;

const commandsOf = (shown: Partial<Schemas['ImageDetails']>) => {
  const piece = <GetImage image={{ ...image, ...shown }} account={account} />;
  const markup = renderToStaticMarkup(<MantineProvider>{piece}</MantineProvider>);
  return [...markup.matchAll(/<code[^>]*>([^<]*)<\/code>/g)].map(([, text]) => text?.split('\n')[0]);
};

test('an image that was pushed can be pulled', () => {
  expect(commandsOf({})).toEqual([
    'ab12',
    expect.stringContaining('https://cic.example.org/image_creation/images/download/w_s.sif'),
    'apptainer pull oras://registry.example.org/cic/w_s:latest-sif',
    'docker pull registry.example.org/cic/w_s:latest',
  ]);
});

test('an image without a SIF has nothing to download', () => {
  expect(commandsOf({ sif: null, apptainer_url: null })).toEqual([
    'docker pull registry.example.org/cic/w_s:latest',
  ]);
  expect(commandsOf({ sif: null, apptainer_url: null, docker_reference: null })).toEqual([]);
});
