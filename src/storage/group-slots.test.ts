import { expect, test } from 'vitest';
import { createGroupSlots } from './group-slots.ts';

test('a group has as many slots as its tier says, or as all have', () => {
  const slots = createGroupSlots(2);
  const free = slots.take({ groupId: 'ada' });
  expect(slots.take({ groupId: 'ada' })).toBeDefined();
  expect(slots.take({ groupId: 'ada' })).toBeUndefined();
  expect(slots.take({ groupId: 'ada', groupTier: '3' })).toBeDefined();
  expect(slots.take({ groupId: 'bob', groupTier: '1' })).toBeDefined();
  expect(slots.take({ groupId: 'bob', groupTier: '1' })).toBeUndefined();
  free?.();
  expect(slots.take({ groupId: 'ada', groupTier: '3' })).toBeDefined();
  expect(slots.take({ groupId: 'ada' })).toBeUndefined();
});

test('without a group there is no limit', () => {
  const slots = createGroupSlots(1);
  for (let count = 0; count < 10; count += 1) expect(slots.take({ groupId: null })).toBeDefined();
});
