import {
  accountHint,
  beginOperatorTotp,
  confirmOperatorTotp,
  createAccount,
  createKey,
  deleteKey,
  ensureOperator,
  getAccount,
  getKey,
  getOperator,
  listAccounts,
  listKeys,
  removeOperatorTotp,
  resolveKey,
  updateAccount,
  verifyOperator,
} from '@nereid/contracts';
import { DatabaseConfig } from '@nereid/database';
import { defineApp, serviceConfig } from '@nereid/platform';
import { z } from 'zod';
import { IdentityModule } from './app.module';

export const identityConfig = serviceConfig.extend({
  database: DatabaseConfig,
  /** Tries to sign in with one operator's login: passwords are long, so this is for the logs' and the processor's sake. */
  signIn: z
    .strictObject({ perSecond: z.coerce.number().positive().default(0.5), burst: z.coerce.number().int().min(1).default(20) })
    .default({ perSecond: 0.5, burst: 20 }),
});
export type IdentityConfig = z.output<typeof identityConfig>;

/** Accounts, SSH keys and operators. */
export const identityApp = defineApp({
  name: 'identity',
  config: identityConfig,
  module: (config) => IdentityModule.of(config),
  bus: {
    serves: [
      ...[getAccount, listAccounts, createAccount, updateAccount, listKeys, getKey, createKey, deleteKey, resolveKey, ensureOperator],
      ...[verifyOperator, getOperator, beginOperatorTotp, confirmOperatorTotp, removeOperatorTotp],
    ],
    hints: [accountHint],
    feeds: ['identity'],
  },
});
