import type { Run } from '../../command/spec';
import { showList } from '../../output/show';
import { shown } from './shown';

export const run: Run = async (context, given) => {
  const profiles = context.profiles.all().map((profile) => shown(context, profile));
  if (profiles.length > 0 && !profiles.some(({ curr }) => curr)) {
    context.terminal.complain('None of them is in use; choose one: nereid profile set-current NAME');
  }
  showList(context, given, profiles, {
    columns: ['name', 'curr', 'account', 'user', 'url'],
    long: ['name', 'curr', 'account', 'user', 'url', 'insecure', 'keyId'],
    sort: ['name'],
    cells: { curr: ({ curr }) => (curr ? '*' : '') },
  });
};
