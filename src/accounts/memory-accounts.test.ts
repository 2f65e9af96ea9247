import { testAccountStore } from './account-store.contract.ts';
import { createMemoryAccounts } from './memory-accounts.fixture.ts';

testAccountStore(async () => createMemoryAccounts());
