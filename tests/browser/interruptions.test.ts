import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { OperatorClient } from '@nereid/client/operator';
import { adminapi } from '@nereid/contracts';
import { describeWith } from '@nereid/testkit';
import type { Locator, Page } from 'playwright-core';
import { eventually } from '../cloud/eventually';
import { signedInOperator } from '../cloud/operator-door';
import { TestCloud } from '../cloud/test-cloud';
import { PortalBrowser, whyNoBrowser } from './portal-browser';

/** Longer than a server is missed before it counts as down, on a busy machine. */
const patience = { timeout: 90_000 };

/** What breaks off while somebody looks: it says why and since when, says what to do, and leaves nothing behind. */
describeWith('a browser', whyNoBrowser())('what breaks off', () => {
  let cloud: TestCloud;
  let browser: PortalBrowser;
  let operator: OperatorClient;
  let page: Page;
  let vm: string;
  let server: string;

  beforeAll(async () => {
    cloud = await TestCloud.start({ simulatedServers: 2 });
    operator = await signedInOperator(cloud.installation);
    vm = await make();
    server = (await operator.call(adminapi.getVm, { uuid: vm }, {})).body.server_uuid!;
    browser = await PortalBrowser.open(cloud.installation);
    page = await browser.newPage();
    await browser.signIn(page);
  }, 180_000);
  afterAll(async () => {
    servers('SIGCONT');
    await browser?.close();
    operator?.close();
    await cloud?.remove();
  }, 60_000);

  async function make(): Promise<string> {
    const [image] = (await operator.call(adminapi.listImages, {}, {})).body;
    const [account] = (await operator.call(adminapi.listAccounts, {}, {})).body;
    const networks = (await operator.call(adminapi.listNetworks, {}, {})).body;
    const network = networks.find(({ nic_tag }) => nic_tag.includes('sim')) ?? networks[0]!;
    const wanted = { owner_uuid: image!.owner ?? account!.uuid, alias: 'watched', image_uuid: image!.uuid, billing_id: 'nano' };
    const { body } = await operator.call(adminapi.createVm, {}, { ...wanted, networks: [{ uuid: network.uuid, primary: true }] });
    await untilState(body.vm_uuid, 'running');
    return body.vm_uuid;
  }
  const untilState = (uuid: string, state: string): Promise<unknown> =>
    eventually(uuid, async () => (await operator.call(adminapi.getVm, { uuid }, {})).body.state, (seen) => seen === state); // prettier-ignore
  /** All simulated servers are one process: stopped, it is as silent as servers without power. */
  function servers(signal: 'SIGSTOP' | 'SIGCONT'): void {
    const record = cloud?.installation.processes.living('simulated-servers');
    if (record) process.kill(record.pid, signal);
  }
  const figures = (): Locator => page.getByRole('region', { name: 'Live figures' });
  const console = (): Locator => page.getByRole('region', { name: 'Console' });
  const next = (): Locator => page.getByRole('group', { name: 'What to do next' });
  const keep = async (name: string): Promise<void> => {
    for (const theme of ['light', 'dark'] as const) {
      await browser.show(page, theme);
      await browser.keep(page, name, theme);
      expect(await browser.seriousFindings(page)).toEqual([]);
    }
  };

  describe('charts', () => {
    it('have a table of the same figures', async () => {
      await browser.visit(page, `/servers/${server}?range=2m`);
      await page.getByRole('figure', { name: 'CPU' }).getByText(/%/).waitFor(patience);
      await figures().getByRole('button', { name: 'Table' }).click();
      const table = figures().getByRole('table', { name: 'Figures, the newest first' });
      expect(await table.getByRole('columnheader').allInnerTexts()).toEqual(['Time', 'CPU', 'Memory', 'Network, in', 'Network, out', 'Disk, read', 'Disk, written']); // prettier-ignore
      await table.getByRole('cell', { name: /^[\d.]+ %$/ }).first().waitFor(); // prettier-ignore
      await keep('server-figures-table');
      await figures().getByRole('button', { name: 'Table' }).click();
      await page.getByRole('figure', { name: 'CPU' }).waitFor();
    });

    it('say since when a server is silent and why, and go on by themselves', async () => {
      servers('SIGSTOP');
      try {
        const why = figures().getByText(
          /^Nothing heard since .*\d{2}:\d{2}:\d{2}\. Its state is (suspect|down); the figures go on by themselves/,
        );
        await why.waitFor(patience);
        await keep('server-silent');
        servers('SIGCONT');
        await why.waitFor({ state: 'detached', ...patience });
        await page.getByRole('figure', { name: 'CPU' }).getByText(/%/).waitFor(patience);
      } finally {
        servers('SIGCONT');
      }
    });

    it('say since when the cloud cannot be reached, keep what they show, and go on by themselves', async () => {
      await page.context().setOffline(true);
      try {
        const why = figures().getByText(/^Interrupted since .*\d{2}:\d{2}:\d{2}: .*go on once it answers again\.$/);
        await why.waitFor(patience);
        await page.getByRole('figure', { name: 'CPU' }).getByText(/%/).waitFor();
        await page.context().setOffline(false);
        await why.waitFor({ state: 'detached', ...patience });
        await page.getByText('Live', { exact: true }).waitFor(patience);
      } finally {
        await page.context().setOffline(false);
      }
    });
  });

  describe('a console', () => {
    it('whose instance has stopped offers to start it, and opens again', async () => {
      await browser.visit(page, `/instances/${vm}?tab=console`);
      await console().getByText('Connected').waitFor(patience);
      await page.keyboard.type('echo last words\n');
      await page.locator('.xterm-rows').getByText(/^last words/).waitFor(); // prettier-ignore
      await operator.call(adminapi.actOnVm, { uuid: vm }, { action: 'stop' });
      await console().getByText('The instance stopped.').waitFor(patience);
      await next().getByText('Start the instance to use its console again.').waitFor(patience);
      expect(await next().getByRole('button', { name: 'Open again' }).getAttribute('aria-disabled')).toBe('true');
      await page.locator('.xterm-rows').getByText(/^last words/).waitFor(); // prettier-ignore
      await keep('console-ended');
      await next().getByRole('button', { name: 'Start instance' }).click();
      await next().getByText('The instance runs; its console can be opened again.').waitFor(patience);
      await next().getByRole('button', { name: 'Open again' }).click();
      await console().getByText('Connected').waitFor(patience);
      expect(await next().count()).toBe(0);
    });

    it('that nobody used says so, and opens again', async () => {
      const route = '**/vmapi/vms/*/console';
      await page.route(route, (asked) => {
        const body = { ...(asked.request().postDataJSON() as object), idle_seconds: 1 };
        return asked.continue({ postData: JSON.stringify(body) });
      });
      await page.reload();
      await console().getByText('Nothing was typed and nothing came for a while.').waitFor(patience);
      await page.unroute(route);
      await next().getByRole('button', { name: 'Open again' }).click();
      await console().getByText('Connected').waitFor(patience);
    });

    it('whose server falls silent says so, and opens again once it is back', async () => {
      servers('SIGSTOP');
      try {
        await console().getByText('The server does not answer.').waitFor(patience);
      } finally {
        servers('SIGCONT');
      }
      await untilState(vm, 'running');
      await next().getByText('The instance runs; its console can be opened again.').waitFor(patience);
      await next().getByRole('button', { name: 'Open again' }).click();
      await console().getByText('Connected').waitFor(patience);
    });
  });

  it('an upload that is cancelled leaves nothing behind', async () => {
    const incoming = (): string[] => {
      try {
        return readdirSync(cloud.installation.path('data', 'images', 'incoming'));
      } catch {
        return [];
      }
    };
    const kept = (): Promise<object[]> =>
      cloud.sql(`SELECT id::text FROM imgapi.image UNION ALL SELECT sha256 FROM imgapi.blob UNION ALL SELECT image::text FROM imgapi.file_token ORDER BY 1`); // prettier-ignore
    const before = await kept();
    await browser.visit(page, '/images');
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: 200_000,
    });
    await page.getByRole('button', { name: 'Upload image' }).click();
    const dialog = page.getByRole('dialog', { name: 'Upload an image' });
    const buffer = gzipSync(randomBytes(8 * 1024 * 1024));
    await dialog.getByLabel('File').setInputFiles({ name: 'given-up.tar.gz', mimeType: 'application/gzip', buffer });
    await dialog.getByRole('button', { name: 'Upload' }).click();
    await dialog.getByText('Sending it').waitFor(patience);
    await eventually('bytes at the file door', async () => incoming(), (files) => files.length === 1); // prettier-ignore
    await dialog.getByRole('button', { name: 'Cancel upload' }).click();
    await page.getByText('The upload was cancelled; nothing of it is kept.').waitFor(patience);
    await eventually('what is left', async () => ({ incoming: incoming(), kept: await kept() }), (left) => left.incoming.length === 0 && JSON.stringify(left.kept) === JSON.stringify(before)); // prettier-ignore
    await session.detach();
    expect(await page.getByRole('row', { name: /given-up/ }).count()).toBe(0);
  });
});
