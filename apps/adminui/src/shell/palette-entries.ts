import type { adminapi } from '@nereid/contracts/light';
import { signOut } from '../api/session';
import type { Vm } from '../api/queries';
import { router } from '../router';
import { shortId } from '../ui/amounts';
import type { IconName } from '../ui/icon';
import { openCreate } from './create-state';
import { places } from './places';
import { toggleTheme } from './theme';

export interface Entry {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** What tells it from others of its name. */
  readonly aside: string;
  readonly icon: IconName;
  readonly act: () => void;
}

export interface Findable {
  readonly vms: readonly Vm[] | undefined;
  readonly servers: readonly adminapi.ServerObject[] | undefined;
  readonly networks: readonly adminapi.NetworkObject[] | undefined;
  readonly images: readonly adminapi.ImageObject[] | undefined;
  readonly accounts: readonly adminapi.AccountObject[] | undefined;
}

/** Of each kind at most this many. */
const most = 6;

/** What can be gone to and done, narrowed by words: instances as the cloud found them, the rest by what is in memory. */
export function entriesFor(words: string, found: Findable): Entry[] {
  const has = (...texts: readonly (string | undefined)[]): boolean =>
    texts.some((text) => text?.toLowerCase().includes(words.toLowerCase()) ?? false);
  const isEmpty = words === '';
  const go =
    (to: '/servers/$uuid' | '/networks/$uuid' | '/images/$uuid' | '/accounts/$uuid' | '/instances/$uuid', uuid: string) => (): void =>
      void router.navigate({ to, params: { uuid } });
  return [
    ...(isEmpty ? [] : (found.vms ?? [])).map(({ uuid, alias, state, nics }): Entry => ({
      id: uuid,
      group: 'Instances',
      title: alias,
      aside: [state, nics[0]?.ip, shortId(uuid)].filter(Boolean).join(' · '),
      icon: 'instances',
      act: go('/instances/$uuid', uuid),
    })),
    ...firstOf(found.servers, isEmpty, ({ hostname, uuid, address }) => has(hostname, uuid, address)).map(
      ({ uuid, hostname, state }): Entry => ({
        id: uuid,
        group: 'Servers',
        title: hostname,
        aside: `${state} · ${shortId(uuid)}`,
        icon: 'servers',
        act: go('/servers/$uuid', uuid),
      }),
    ),
    ...firstOf(found.networks, isEmpty, ({ name, uuid, subnet }) => has(name, uuid, subnet)).map(({ uuid, name, subnet }): Entry => ({
      id: uuid,
      group: 'Networks',
      title: name,
      aside: subnet,
      icon: 'networks',
      act: go('/networks/$uuid', uuid),
    })),
    ...firstOf(found.images, isEmpty, ({ name, version, uuid }) => has(`${name}@${version}`, uuid)).map(
      ({ uuid, name, version }): Entry => ({
        id: uuid,
        group: 'Images',
        title: `${name} ${version}`,
        aside: shortId(uuid),
        icon: 'images',
        act: go('/images/$uuid', uuid),
      }),
    ),
    ...firstOf(found.accounts, isEmpty, ({ login, email, uuid }) => has(login, email, uuid)).map(({ uuid, login, email }): Entry => ({
      id: uuid,
      group: 'Accounts',
      title: login,
      aside: email,
      icon: 'accounts',
      act: go('/accounts/$uuid', uuid),
    })),
    ...commands.filter(({ title }) => has(title)),
    ...places
      .filter(({ title }) => has(title))
      .map(({ to, title, icon, key }): Entry => ({
        id: to,
        group: 'Go to',
        title,
        aside: `g ${key}`,
        icon,
        act: () => void router.navigate({ to }),
      })),
  ];
}

function firstOf<Thing>(things: readonly Thing[] | undefined, isEmpty: boolean, is: (thing: Thing) => boolean): readonly Thing[] {
  return isEmpty ? [] : (things ?? []).filter(is).slice(0, most);
}

const commands: readonly Entry[] = [
  { id: 'create', group: 'Do', title: 'Create instance', aside: 'c', icon: 'plus', act: openCreate },
  { id: 'theme', group: 'Do', title: 'Switch between light and dark', aside: '', icon: 'sun', act: toggleTheme },
  { id: 'sign-out', group: 'Do', title: 'Sign out', aside: '', icon: 'right', act: () => void signOut().then(() => router.invalidate()) },
];
