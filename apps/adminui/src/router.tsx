import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { queryClient } from './api/query-client';
import {
  accountQuery, accountsQuery, attentionQuery, catalogQuery, imageQuery, imagesQuery, jobQuery, jobsQuery, keysQuery, networkIpsQuery, networkQuery, networksQuery,
  packagesQuery, serverQuery, serversQuery, usageQuery, vmQuery, vmsQuery,
} from './api/queries'; // prettier-ignore
import { sessionQuery } from './api/session';
import { lazyPage } from './lazy-page';
import { listedFilter } from './pages/instances/filter';
import { parseSearch, stringifySearch, texts } from './search-params';
import { NotFound } from './shell/not-found';
import { PageError } from './shell/page-error';
import { Shell } from './shell/shell';

// Every page of the portal. A page is a chunk of its own; what it shows first is asked for while the chunk is on its way.

const root = createRootRoute({ notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: texts('to'),
  component: lazyPage(() => import('./pages/sign-in/sign-in-page').then((m) => m.SignInPage)),
});

/** Everything that needs a session. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (!session) {
      const to = location.href === '/' ? undefined : location.href;
      // The router's redirects are thrown.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw redirect({ to: '/sign-in', search: to ? { to } : {} });
    }
  },
  component: Shell,
  errorComponent: PageError,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  loader: () => void queryClient.prefetchQuery(attentionQuery),
  component: lazyPage(() => import('./pages/home/home-page').then((m) => m.HomePage)),
});

const vmSearch = texts('q', 'state', 'brand', 'owner_uuid', 'server_uuid', 'image_uuid', 'sort');
const instances = createRoute({
  getParentRoute: () => signedIn,
  path: '/instances',
  validateSearch: vmSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(vmsQuery(listedFilter(deps))),
  component: lazyPage(() => import('./pages/instances/instances-page').then((m) => m.InstancesPage)),
});

const instance = createRoute({
  getParentRoute: () => signedIn,
  path: '/instances/$uuid',
  validateSearch: texts('tab', 'range'),
  loader: ({ params }) => void queryClient.prefetchQuery(vmQuery(params.uuid)),
  component: lazyPage(() => import('./pages/instances/instance-page').then((m) => m.InstancePage)),
});

const servers = createRoute({
  getParentRoute: () => signedIn,
  path: '/servers',
  validateSearch: texts('q', 'state', 'sort'),
  loader: () => void queryClient.prefetchQuery(serversQuery),
  component: lazyPage(() => import('./pages/servers/servers-page').then((m) => m.ServersPage)),
});

const server = createRoute({
  getParentRoute: () => signedIn,
  path: '/servers/$uuid',
  validateSearch: texts('tab', 'range'),
  loader: ({ params }) => void queryClient.prefetchQuery(serverQuery(params.uuid)),
  component: lazyPage(() => import('./pages/servers/server-page').then((m) => m.ServerPage)),
});

const networks = createRoute({
  getParentRoute: () => signedIn,
  path: '/networks',
  loader: () => void queryClient.prefetchQuery(networksQuery),
  component: lazyPage(() => import('./pages/networks/networks-page').then((m) => m.NetworksPage)),
});

const network = createRoute({
  getParentRoute: () => signedIn,
  path: '/networks/$uuid',
  validateSearch: texts('block'),
  loader: ({ params }) => {
    void queryClient.prefetchQuery(networkQuery(params.uuid));
    void queryClient.prefetchQuery(networkIpsQuery(params.uuid));
  },
  component: lazyPage(() => import('./pages/networks/network-page').then((m) => m.NetworkPage)),
});

const images = createRoute({
  getParentRoute: () => signedIn,
  path: '/images',
  validateSearch: texts('q'),
  loader: () => void queryClient.prefetchQuery(imagesQuery),
  component: lazyPage(() => import('./pages/images/images-page').then((m) => m.ImagesPage)),
});

const image = createRoute({
  getParentRoute: () => signedIn,
  path: '/images/$uuid',
  loader: ({ params }) => void queryClient.prefetchQuery(imageQuery(params.uuid)),
  component: lazyPage(() => import('./pages/images/image-page').then((m) => m.ImagePage)),
});

const packages = createRoute({
  getParentRoute: () => signedIn,
  path: '/packages',
  loader: () => void queryClient.prefetchQuery(packagesQuery),
  component: lazyPage(() => import('./pages/packages/packages-page').then((m) => m.PackagesPage)),
});

const accounts = createRoute({
  getParentRoute: () => signedIn,
  path: '/accounts',
  validateSearch: texts('q'),
  loader: () => void queryClient.prefetchQuery(accountsQuery),
  component: lazyPage(() => import('./pages/accounts/accounts-page').then((m) => m.AccountsPage)),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/accounts/$uuid',
  loader: ({ params: { uuid } }) => {
    void queryClient.prefetchQuery(accountQuery(uuid));
    void queryClient.prefetchQuery(keysQuery(uuid));
    void queryClient.prefetchQuery(usageQuery(uuid));
  },
  component: lazyPage(() => import('./pages/accounts/account-page').then((m) => m.AccountPage)),
});

// The API's own path too: the door tells a browser that goes there from a page that asks.
const jobs = createRoute({
  getParentRoute: () => signedIn,
  path: '/jobs',
  validateSearch: texts('execution', 'name'),
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(jobsQuery(deps)),
  component: lazyPage(() => import('./pages/jobs/jobs-page').then((m) => m.JobsPage)),
});

const job = createRoute({
  getParentRoute: () => signedIn,
  path: '/jobs/$uuid',
  loader: ({ params }) => void queryClient.prefetchQuery(jobQuery(params.uuid)),
  component: lazyPage(() => import('./pages/jobs/job-page').then((m) => m.JobPage)),
});

const analytics = createRoute({
  getParentRoute: () => signedIn,
  path: '/analytics',
  validateSearch: texts('metric', 'by', 'in'),
  loader: () => void queryClient.prefetchQuery(catalogQuery),
  component: lazyPage(() => import('./pages/analytics/analytics-page').then((m) => m.AnalyticsPage)),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    signedIn.addChildren([
      home, instances, instance, servers, server, networks, network, images, image, packages, accounts, account, analytics, jobs, job,
    ]),
  ]), // prettier-ignore
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPreloadDelay: 60,
  defaultPreloadStaleTime: Infinity,
  defaultErrorComponent: PageError,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
