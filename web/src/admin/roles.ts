export const roleChoices = [
  { value: 'user', label: 'User' },
  { value: 'admin', label: 'Administrator' },
] as const;
