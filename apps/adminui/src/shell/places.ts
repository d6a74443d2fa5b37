import type { IconName } from '../ui/icon';

/** Where one can go from anywhere. `key`: after `g`. */
export const places = [
  { to: '/', title: 'Home', icon: 'home', key: 'h' },
  { to: '/instances', title: 'Instances', icon: 'instances', key: 'i' },
  { to: '/servers', title: 'Servers', icon: 'servers', key: 's' },
  { to: '/networks', title: 'Networks', icon: 'networks', key: 'n' },
  { to: '/images', title: 'Images', icon: 'images', key: 'm' },
  { to: '/packages', title: 'Packages', icon: 'packages', key: 'p' },
  { to: '/accounts', title: 'Accounts', icon: 'accounts', key: 'a' },
  { to: '/analytics', title: 'Analytics', icon: 'analytics', key: 'y' },
  { to: '/jobs', title: 'Jobs', icon: 'jobs', key: 'j' },
] as const satisfies readonly { to: string; title: string; icon: IconName; key: string }[];
