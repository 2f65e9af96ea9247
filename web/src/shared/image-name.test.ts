import { expect, test } from 'vitest';
import { imageName } from './image-name.ts';

const sif = { filename: 'w_s.sif', sha256: '0', size_bytes: 1 };
const image = 'registry.example.org/cic/w_s:latest';

test('an image is called as what was asked for', () => {
  expect(imageName({ image, workflow: 'w', step: 's', sif })).toBe('w / s');
});

test('an image whose build is gone is called as its file, or as its reference ends', () => {
  const forgotten = { image, workflow: null, step: null };
  expect(imageName({ ...forgotten, sif })).toBe('w_s.sif');
  expect(imageName({ ...forgotten, sif: null })).toBe('w_s:latest');
});
