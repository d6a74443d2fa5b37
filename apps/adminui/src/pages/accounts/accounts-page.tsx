import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState, type ReactNode } from 'react';
import type { adminapi } from '@nereid/contracts/light';
import { ObjectLink } from '../../api/object-link';
import { accountsQuery } from '../../api/queries';
import { router } from '../../router';
import type { Column } from '../../table/column';
import { ListPage } from '../../table/list-page';
import { SearchBox } from '../../table/search-box';
import { Button } from '../../ui/button';
import { Mark } from '../../ui/state-badge';
import { Time } from '../../ui/time';
import { Uuid } from '../../ui/uuid';
import { CreateAccountDialog } from './create-account-dialog';

type Account = adminapi.AccountObject;
const route = getRouteApi('/signed-in/accounts');

/** What an account may do now, as one word. */
export function standing({ disabled, approved_for_provisioning }: Account): readonly ['good' | 'off' | 'warn', string] {
  if (disabled) return ['off', 'disabled'];
  return approved_for_provisioning ? ['good', 'active'] : ['warn', 'not approved'];
}

const columns: readonly Column<Account>[] = [
  {
    id: 'login',
    title: 'Login',
    width: [160, '1fr'],
    cell: ({ uuid, login }) => (
      <ObjectLink to="accounts" uuid={uuid} className="font-medium">
        {login}
      </ObjectLink>
    ),
  },
  {
    id: 'standing',
    title: 'Standing',
    width: [130],
    cell: (account) => {
      const [tone, word] = standing(account);
      return (
        <span className="flex items-center gap-1.5">
          <Mark tone={tone} />
          {word}
        </span>
      );
    },
  },
  { id: 'email', title: 'Mail', width: [200, '1.4fr'], cell: ({ email }) => email },
  {
    id: 'name',
    title: 'Name',
    width: [150, '1fr'],
    cell: ({ first_name, last_name }) => [first_name, last_name].filter(Boolean).join(' '),
  },
  { id: 'company', title: 'Company', width: [150, '1fr'], cell: ({ company_name }) => company_name ?? '' },
  { id: 'created', title: 'Since', width: [100], cell: ({ created_at }) => <Time at={created_at} /> },
  { id: 'uuid', title: 'Id', width: [130], cell: ({ uuid }) => <Uuid uuid={uuid} /> },
];

export function AccountsPage(): ReactNode {
  const { q } = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(accountsQuery);
  const { data } = list;
  const [isCreating, setCreating] = useState(false);
  const rows = useMemo(() => {
    const words = q?.trim().toLowerCase() ?? '';
    return (
      data?.items.filter(({ login, email, uuid, company_name }) =>
        [login, email, uuid, company_name ?? ''].some((text) => text.toLowerCase().includes(words)),
      ) ?? []
    );
  }, [data, q]);
  return (
    <ListPage
      title="Accounts"
      one="account"
      icon="accounts"
      actions={
        <Button icon="plus" onClick={() => setCreating(true)}>
          Create account
        </Button>
      }
      tools={
        <SearchBox
          value={q ?? ''}
          onChange={(next) => void navigate({ to: '.', search: { q: next }, replace: true })}
          placeholder="Login, mail, company or id"
        />
      }
      isNarrowed={q !== undefined}
      list={list}
      isCut={list.data?.next !== undefined}
      columns={columns}
      rows={rows}
      nameOf={nameOf}
      isFaded={isDisabled}
      onOpen={({ uuid }) => void router.navigate({ to: '/accounts/$uuid', params: { uuid } })}
    >
      {isCreating && <CreateAccountDialog onClose={() => setCreating(false)} />}
    </ListPage>
  );
}

const nameOf = ({ login }: Account): string => login;
const isDisabled = ({ disabled }: Account): boolean => disabled;
