import { operatorRoutes, type OperatorClient } from '@nereid/client/operator';
import { shortId } from '../../cloud/ids';
import { showList, showOne } from '../../output/show';
import { readText } from '../pairs';
import { all, idOf } from './lookup';
import { asOperator } from './operator';

export const list = asOperator(async (client, context, given) => {
  const accounts = await all(client.everyItem(operatorRoutes.listAccounts, {}, {}));
  showList(context, given, accounts, {
    columns: ['shortid', 'login', 'email', 'approved', 'disabled'],
    long: ['uuid', 'login', 'email', 'company_name', 'approved', 'disabled', 'created_at'],
    sort: ['login'],
    name: 'login',
    cells: { shortid: ({ uuid }) => shortId(uuid), approved: ({ approved_for_provisioning }) => String(approved_for_provisioning) },
  });
});

export const get = asOperator(async (client, context, given) => {
  const uuid = await accountId(client, given.args[0]!);
  showOne(context, given, (await client.call(operatorRoutes.getAccount, { uuid }, {})).body, 'login');
});

export const usage = asOperator(async (client, context, given) => {
  const uuid = await accountId(client, given.args[0]!);
  showOne(context, given, (await client.call(operatorRoutes.getUsage, { uuid }, {})).body);
});

export const create = asOperator(async (client, context, { args: [login = '', email = ''], values, flags }) => {
  const file = values['key']?.at(-1);
  const key = file === undefined ? undefined : readText(file).trim(); // before anything is made
  const { body } = await client.call(
    operatorRoutes.createAccount,
    {},
    { login, email, approved_for_provisioning: !flags.has('unapproved') },
  );
  if (key !== undefined) await client.call(operatorRoutes.createKey, { uuid: body.uuid }, { key });
  context.terminal.print(`Created account ${body.login} (${body.uuid})`);
});

function accountId(client: OperatorClient, text: string): Promise<string> {
  return idOf('account', text, client.everyItem(operatorRoutes.listAccounts, {}, {}), ({ login }) => login);
}
