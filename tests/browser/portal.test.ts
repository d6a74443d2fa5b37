import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { adminapi } from '@nereid/contracts';
import { describeWith } from '@nereid/testkit';
import type { Page } from 'playwright-core';
import { TestCloud } from '../cloud/test-cloud';
import { PortalBrowser, whyNoBrowser, type Theme } from './portal-browser';

type Json = Record<string, unknown>;
const themes: readonly Theme[] = ['light', 'dark'];

/** An operator's way through the portal of a whole cloud of simulated servers, in a real browser. */
describeWith('a browser', whyNoBrowser())('the portal', () => {
  let cloud: TestCloud;
  let browser: PortalBrowser;
  let page: Page;

  beforeAll(async () => {
    cloud = await TestCloud.start({ simulatedServers: 3 });
    browser = await PortalBrowser.open(cloud.installation);
    page = await browser.newPage();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await cloud?.remove();
  });

  /** Asks the operators' API as the page would, with its session. */
  const ask = (route: adminapi.AdminRoute, params: Record<string, string> = {}, query = ''): Promise<Json[]> =>
    page.evaluate(
      async (url) => (await (await fetch(url, { headers: { accept: 'application/json' } })).json()) as Json[],
      adminapi.pathOf(route, params) + query,
    );
  const stateOf = (name: string): ReturnType<Page['locator']> => page.getByRole('row', { name: new RegExp(`^${name}$`) }).getByText(/^(provisioning|running|stopping|stopped)$/); // prettier-ignore
  const create = async (name: string): Promise<void> => {
    await page.keyboard.press('c');
    const dialog = page.getByRole('dialog', { name: 'Create instance' });
    await dialog.getByLabel('Name').fill(name);
    await dialog.getByLabel('Package').selectOption({ label: await dialog.locator('option', { hasText: 'nano' }).first().innerText() });
    await dialog.getByRole('button', { name: 'Create', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
  };

  it('lets nobody in without the password, and says so', async () => {
    await browser.visit(page, '/instances?state=running');
    await page.getByLabel('Login').fill('admin');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    expect(page.url()).toContain('/sign-in?to=');
    for (const theme of themes) {
      await browser.show(page, theme);
      await browser.keep(page, 'sign-in', theme);
      expect(await browser.seriousFindings(page)).toEqual([]);
    }
    browser.complaints.length = 0; // the refusals above are in the console, as they should be
  });

  it('signs an operator in, and the stream of changes goes live', async () => {
    await browser.signIn(page);
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.title()).toMatch(/Nereid$/);
  });

  it('creates an instance by the keyboard and shows it becoming running, without being loaded again', async () => {
    await page.evaluate(() => ((globalThis as unknown as Json)['sameDocument'] = true));
    await create('walked');
    await page.getByRole('heading', { level: 1, name: 'walked' }).waitFor();
    await page.locator('main').getByText('running', { exact: true }).first().waitFor();
    expect(await page.evaluate(() => (globalThis as unknown as Json)['sameDocument'])).toBe(true);
  });

  it('shows its job step by step, its placement and its history', async () => {
    await page.getByRole('tab', { name: 'Jobs' }).click();
    // The panel above the tabs names the job too, as long as it runs.
    await page.getByRole('region', { name: 'Jobs' }).getByRole('link', { name: 'vm.provision' }).click();
    await page.getByRole('heading', { level: 1, name: /vm\.provision/ }).waitFor();
    for (const step of ['pick-server', 'reserve-nics', 'boot'])
      await page.getByRole('region', { name: 'Steps' }).getByText(step).first().waitFor();
    await page.goBack();
    await page.getByRole('tab', { name: 'Placement' }).click();
    await page.getByText('chosen').waitFor();
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByRole('cell', { name: 'provision' }).waitFor();
  });

  it('sits at its console: what is typed there is done, a second page watches, and the keyboard changes hands', async () => {
    const historyUrl = page.url();
    await page.getByRole('tab', { name: 'Console' }).click();
    const seat = (of: Page): ReturnType<Page['locator']> => of.getByRole('region', { name: 'Console' });
    await seat(page).getByText('Connected').waitFor();
    await page.keyboard.type('echo somebody is here\n');
    await page
      .locator('.xterm-rows')
      .getByText(/^somebody is here/)
      .waitFor();
    const other = await browser.newPage();
    await browser.visit(other, new URL(page.url()).pathname + new URL(page.url()).search);
    await seat(other).getByText('Watching').waitFor();
    await seat(other).getByText('Somebody else types here.').waitFor();
    await other
      .locator('.xterm-rows')
      .getByText(/^somebody is here/)
      .waitFor();
    await seat(page).getByRole('button', { name: 'Only watch' }).click();
    await seat(page).getByText('Watching').waitFor();
    await seat(other).getByRole('button', { name: 'Ask to type' }).click();
    await seat(other).getByText('Connected').waitFor();
    await other.keyboard.type('echo and now from here\n');
    await page
      .locator('.xterm-rows')
      .getByText(/^and now from here/)
      .waitFor();
    await other.keyboard.press('Control+F6');
    expect(
      await other.evaluate(() => (globalThis as unknown as { document: { activeElement: { id: string } } }).document.activeElement.id),
    ).toBe('tab-console');
    await other.close();
    await page.goto(historyUrl);
    await page.getByRole('cell', { name: 'console', exact: true }).first().waitFor();
  });

  it('greys out what cannot be done, and says why', async () => {
    const start = page.getByRole('button', { name: 'Start' });
    expect(await start.getAttribute('aria-disabled')).toBe('true');
    await start.focus();
    await page.getByRole('tooltip').getByText('It is running.').waitFor();
  });

  it('gives it another package while it runs, and says which it cannot have', async () => {
    await page.getByRole('button', { name: 'Resize…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Resize walked' });
    const nano = dialog.getByRole('radio', { name: /^nano/ });
    await dialog.getByText('It has this one.').waitFor();
    expect(await nano.isDisabled()).toBe(true);
    await dialog.getByRole('radio', { name: /^small/ }).check();
    await dialog.getByRole('button', { name: 'Resize', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('lx, small').waitFor();
    await page.getByText('running').first().waitFor();
  });

  it('stops it, in a list that another tab sees change without asking', async () => {
    const other = await browser.newPage();
    await browser.visit(other, '/instances');
    const row = other.getByRole('row', { name: 'walked', exact: true });
    await row.getByText('running').waitFor();
    let asked = 0;
    await other.getByText('Live', { exact: true }).waitFor();
    other.on('request', (request) => (asked += request.url().includes('/vmapi/vms?') && !request.url().includes('uuids=') ? 1 : 0));
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
    await row.getByText('stopped').waitFor();
    await page.locator('main').getByText('stopped', { exact: true }).first().waitFor();
    expect(asked).toBeLessThanOrEqual(4); // counts; the list itself is patched
    await other.close();
  });

  it('greys the console of an instance that does not run', async () => {
    const tab = page.getByRole('tab', { name: 'Console' });
    expect(await tab.getAttribute('aria-disabled')).toBe('true');
    await tab.hover();
    await page.getByRole('tooltip').getByText('a console is there while it runs').waitFor();
  });

  it('makes an image of a file, whose digest is the file’s', async () => {
    const file = gzipSync(randomBytes(2 * 1024 * 1024));
    await browser.visit(page, '/images');
    await page.getByRole('button', { name: 'Upload image' }).click();
    const dialog = page.getByRole('dialog', { name: 'Upload an image' });
    await dialog.getByLabel('File').setInputFiles({ name: 'carried.tar.gz', mimeType: 'application/gzip', buffer: file });
    expect(await dialog.getByLabel('Name').inputValue()).toBe('carried');
    await dialog.getByRole('button', { name: 'Upload' }).click();
    await page.getByRole('heading', { level: 1, name: 'carried 1.0.0' }).waitFor();
    await page.locator('main').getByText('active', { exact: true }).first().waitFor();
    await page.getByText(createHash('sha256').update(file).digest('hex')).waitFor();
    await page.getByText('gzip', { exact: true }).waitFor();
    expect(browser.complaints).toEqual([]);
  });

  it('keeps what a list is narrowed to in the URL', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Instances' }).click();
    await page.getByRole('button', { name: 'State' }).click();
    await page.getByRole('menuitem', { name: 'running' }).click();
    await page.waitForURL(/state=running/);
    await page.getByText('No instance matches').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Show all' }).click();
    await stateOf('walked').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('walk');
    await page.waitForURL(/q=walk/);
    await page.reload();
    await stateOf('walked').waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('walk');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Instances' }).click();
    await page.waitForURL(/\/instances$/);
    await stateOf('walked').waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('');
  });

  it('moves, selects and acts by the keyboard alone, and loses no key while a menu opens', async () => {
    const row = page.getByRole('row', { name: 'walked', exact: true });
    /** Pressed one after the other without waiting for what they do. */
    const press = (...keys: string[]): Promise<unknown> =>
      browser.slowly(page, 6, () => Promise.all(keys.map((key) => page.keyboard.press(key))));
    await row.focus();
    await page.keyboard.press('x');
    await page.getByRole('toolbar', { name: 'Selected instances' }).getByText('1 instance selected').waitFor();
    await press('.', 'Enter'); // its first item: Start
    await stateOf('walked').getByText('running').waitFor();
    await press('.', 'ArrowDown', 'Enter');
    await page.getByRole('dialog', { name: 'Stop walked' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.locator('[role=row]:focus').getAttribute('aria-label')).toBe('walked');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find or do anything' }).fill('walked');
    await page.getByRole('option', { name: /walked/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'walked' }).waitFor();
  });

  it('opens the one menu of a list from any row, by button or by the other button of the mouse, and closes it again', async () => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Instances' }).click();
    const button = page.getByRole('button', { name: 'Actions of walked' });
    const menu = page.getByRole('menu', { name: 'Actions of walked' });
    await button.click();
    await menu.getByRole('menuitem', { name: 'Stop' }).waitFor();
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    await button.click();
    await menu.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: 'walked', exact: true }).click({ button: 'right' });
    expect(await menu.getByRole('menuitem', { name: /^Start/ }).innerText()).toContain('It is running.');
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 1, name: 'Instances' }).waitFor();
  });

  it('deletes an instance once its name has been typed', async () => {
    await browser.visit(page, `/instances?q=walked`);
    await page.getByRole('link', { name: 'walked' }).click();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: /^Delete/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete walked' });
    expect(await dialog.getByRole('button', { name: 'Delete' }).getAttribute('aria-disabled')).toBe('true');
    await dialog.getByLabel('Type its name to go on').fill('walked');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.locator('main').getByText('destroyed', { exact: true }).first().waitFor();
    expect(await ask(adminapi.listVms)).toEqual([]);
  });
});
