import {
  accountHint,
  createAccount,
  createKey,
  deleteKey,
  ensureOperator,
  getAccount,
  getKey,
  listAccounts,
  listKeys,
  resolveKey,
  updateAccount,
} from '@nereid/contracts';
import { DatabaseConfig } from '@nereid/database';
import { defineApp, serviceConfig } from '@nereid/platform';
import { IdentityModule } from './app.module';

export const identityConfig = serviceConfig.extend({ database: DatabaseConfig });

/** Accounts, SSH keys and operators. */
export const identityApp = defineApp({
  name: 'identity',
  config: identityConfig,
  module: () => ({ module: IdentityModule }),
  bus: {
    serves: [getAccount, listAccounts, createAccount, updateAccount, listKeys, getKey, createKey, deleteKey, resolveKey, ensureOperator],
    hints: [accountHint],
    feeds: ['identity'],
  },
});
