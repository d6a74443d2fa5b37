import type { Locator, Page } from 'playwright-core';
import type { Furnished } from './furnished-cloud';

/** One thing that an operator sees. */
export interface View {
  readonly name: string;
  readonly path: (at: Furnished) => string;
  /** There once the page shows what it is for. */
  readonly ready: (page: Page) => Locator;
  /** What is done on the page to see it. */
  readonly open?: (page: Page) => Promise<void>;
  /** What the browser rightly complains of. */
  readonly complaint?: RegExp;
}

const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { level: 1, name });
const row = (name: string | RegExp) => (page: Page) => page.getByRole('row', { name }).first();
const text = (words: string | RegExp) => (page: Page) => page.locator('main').getByText(words).first();
const part = (name: string) => (page: Page) => page.getByRole('region', { name }).first();
const figures = (page: Page): Locator => page.getByRole('figure', { name: 'CPU' }).getByText(/%/);
const ofInstance = (tab: string, ready: View['ready']): View => ({
  name: `instance-${tab}`,
  path: ({ instance }) => `/instances/${instance}?tab=${tab}`,
  ready,
});

/** Every page of the portal, each of its tabs, and what opens above them. */
export const views: readonly View[] = [
  { name: 'home', path: () => '/', ready: text('vm.provision') },
  { name: 'servers', path: () => '/servers', ready: row(/sim/) },
  { name: 'server-instances', path: ({ server }) => `/servers/${server}?tab=instances`, ready: row('web-1') },
  { name: 'server-capabilities', path: ({ server }) => `/servers/${server}?tab=capabilities`, ready: part('Brands') },
  { name: 'instances', path: () => '/instances', ready: row('web-1') },
  {
    name: 'instances-selected',
    path: () => '/instances',
    ready: (page) => page.getByRole('toolbar', { name: 'Selected instances' }),
    open: async (page) => {
      for (const name of ['web-1', 'db-1']) await page.getByRole('row', { name, exact: true }).getByRole('checkbox').check();
    },
  },
  ofInstance('network', part('NICs')),
  ofInstance('metadata', part('Tags')),
  ofInstance('jobs', text('vm.provision')),
  ofInstance('placement', text('chosen')),
  {
    ...ofInstance('console', text(/^\S+# echo somebody is here/)),
    open: async (page) => {
      await page.getByRole('region', { name: 'Console' }).getByText('Connected').waitFor();
      await page.keyboard.type('echo somebody is here');
    },
  },
  {
    name: 'instance-without-console',
    path: ({ failedInstance }) => `/instances/${failedInstance}?tab=console`,
    ready: text('The console cannot be opened now'),
  },
  ofInstance('history', (page) => page.getByRole('cell', { name: 'provision' })),
  { name: 'instance-failed', path: ({ failedInstance }) => `/instances/${failedInstance}`, ready: text('It could not be made.') },
  {
    name: 'create',
    path: () => '/instances',
    ready: (page) => page.getByRole('dialog', { name: 'Create instance' }).getByText('triton instance create'),
    open: (page) => page.getByRole('button', { name: 'Create instance' }).first().click(),
  },
  { name: 'images', path: () => '/images', ready: row(/nereid-base/) },
  {
    name: 'image-upload',
    path: () => '/images',
    ready: (page) => page.getByRole('dialog', { name: 'Upload an image' }).getByLabel('Kind'),
    open: (page) => page.getByRole('button', { name: 'Upload image' }).click(),
  },
  { name: 'image', path: ({ image }) => `/images/${image}`, ready: part('File') },
  { name: 'networks', path: () => '/networks', ready: text(/\d+\.\d+\.\d+\.\d+\/\d+/) },
  { name: 'network', path: ({ network }) => `/networks/${network}`, ready: part('Addresses') },
  { name: 'packages', path: () => '/packages', ready: text('nano') },
  { name: 'accounts', path: () => '/accounts', ready: row(/shop/) },
  { name: 'account', path: ({ account }) => `/accounts/${account}`, ready: text('deploy') },
  { name: 'jobs', path: () => '/jobs', ready: row(/vm\.stop/) },
  { name: 'job', path: ({ job }) => `/jobs/${job}`, ready: text('reserve-nics') },
  { name: 'job-failed', path: ({ failedJob }) => `/jobs/${failedJob}`, ready: text(/Step .* failed/) },
  { name: 'analytics', path: () => '/analytics', ready: (page) => page.getByRole('list', { name: 'Told apart' }).getByText('sim1') },
  {
    name: 'palette',
    path: () => '/',
    ready: (page) => page.getByRole('option', { name: /web-1/ }),
    open: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Find or do anything' }).fill('web');
    },
  },
  {
    name: 'shortcuts',
    path: () => '/',
    ready: (page) => page.getByRole('dialog', { name: 'Keyboard shortcuts' }),
    open: async (page) => {
      await page.getByText('Live', { exact: true }).waitFor();
      await page.keyboard.press('?');
    },
  },
  { name: 'empty', path: () => '/instances?q=nothing-is-called-so', ready: text('No instance matches') },
  {
    name: 'error',
    path: () => '/instances/00000000-0000-4000-8000-000000000000',
    ready: text(/ResourceNotFound|ObjectNotFound/),
    complaint: /404/,
  },
  { name: 'no-such-page', path: () => '/nowhere', ready: heading(/.+/) },
  // The last: by now there is something in their charts. The README shows one of them.
  { name: 'server-overview', path: ({ server }) => `/servers/${server}?range=2m`, ready: figures },
  { name: 'instance-overview', path: ({ instance }) => `/instances/${instance}?range=2m`, ready: figures },
];
