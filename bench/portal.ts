import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { getPackages, repository } from '@nereid/infra-local';
import type { CDPSession, Page } from 'playwright-core';
import { PortalBrowser, whyNoBrowser } from '../tests/browser/portal-browser';
import { BenchCloud } from './cloud';
import { percentile, type Figure } from './figures';
import { askForOne, recipe, untilEnded } from './machines';

const instances = 100_000;
const loads = 9;
const changes = 20;

/** The portal on 100,000 instances, in Chromium, against the real doors: the budgets of docs/architecture.md §5. */
export async function measure(): Promise<Figure[]> {
  getPackages(process.getuid?.() === 0, { hasBrowser: true });
  const problem = whyNoBrowser();
  if (problem) throw new Error(problem);
  return BenchCloud.use({ simulatedServers: 3 }, async (cloud) => {
    const asked = await askForOne(cloud, await recipe(cloud, 'external'));
    await untilEnded(cloud, 'vm.provision', [asked.vm]);
    await multiply(cloud, asked.vm);
    const browser = await PortalBrowser.open(cloud.installation);
    try {
      const page = await browser.newPage();
      await page.addInitScript({ path: join(__dirname, 'in-page.js') });
      await browser.signIn(page);
      const paints = await paintsOf(browser, page);
      return [...paints, ...(await changesOf(page)), ...(await interactionsOf(page)), await sizeOf(page)];
    } finally {
      await browser.close();
    }
  });
}

/** The one instance a hundred thousand times, on servers that nobody reports for, a second older each. */
async function multiply(cloud: BenchCloud, vm: string): Promise<void> {
  await cloud.sql(
    `INSERT INTO vmapi.vm
     SELECT (jsonb_populate_record(vm, jsonb_build_object(
       'id', gen_random_uuid(), 'alias', 'row-' || n, 'created_at', vm.created_at - n * interval '1 second',
       'server', md5((n % 500)::text)::uuid, 'job', NULL))).*
     FROM vmapi.vm vm, generate_series(1, $2::int - 1) n WHERE vm.id = $1`,
    [vm, instances],
  );
  await cloud.sql('ANALYZE vmapi.vm');
}

async function paintsOf(browser: PortalBrowser, page: Page): Promise<Figure[]> {
  const lcp: number[] = [];
  const rows: number[] = [];
  for (let i = 0; i < loads; i++) {
    await page.goto(`${browser.url}/instances`);
    await page.locator('[data-index="0"]').waitFor();
    rows.push(await page.evaluate<number>('performance.now()'));
    await page.getByText('Live', { exact: true }).waitFor();
    await page.waitForLoadState('networkidle');
    lcp.push(await page.evaluate<number>('bench.lcp'));
  }
  const note = `list of ${instances} instances, median of ${loads} loads, files in the browser's cache`;
  return [
    { name: 'LCP', value: percentile(lcp, 0.5), unit: 'ms', target: { atMost: 400 }, note },
    { name: 'LCP, slowest load', value: Math.max(...lcp), unit: 'ms' },
    { name: 'first rows on the screen', value: percentile(rows, 0.5), unit: 'ms', note: 'as the driver of the browser sees it' },
  ];
}

/** From asking the operators' API for a change to the row that shows it: the protection of the newest instance, on and off. */
async function changesOf(page: Page): Promise<Figure[]> {
  const took: number[] = [];
  for (let i = 0; i < changes; i++) took.push(await page.evaluate<number>(`bench.protect(${i % 2 === 0})`));
  const note = `from the request to the frame that shows it, ${changes} changes`;
  return [
    { name: 'change on the screen, p50', value: percentile(took, 0.5), unit: 'ms', note },
    { name: 'change on the screen, p95', value: percentile(took, 0.95), unit: 'ms', target: { atMost: 200 } },
  ];
}

/** What of the main thread's processor time DevTools tells apart. */
const spentOn = { ScriptDuration: 'scripts', RecalcStyleDuration: 'style', LayoutDuration: 'layout' } as const;

/** Processor time of the page's main thread since it was asked for last, in ms: it says the same on a busy machine as on a quiet one. */
async function mainThreadOf(page: Page): Promise<() => Promise<Record<string, number>>> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async (): Promise<Map<string, number>> =>
    new Map((await session.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value * 1_000]));
  let before = await read();
  return async () => {
    const now = await read();
    const spent = Object.fromEntries(Object.keys(spentOn).map((name) => [name, (now.get(name) ?? 0) - (before.get(name) ?? 0)]));
    before = now;
    return spent;
  };
}

/** What an operator does in a list: moves, selects, opens a menu, sorts, searches, scrolls, opens the palette. */
async function interactionsOf(page: Page): Promise<Figure[]> {
  const spent = await mainThreadOf(page);
  await page.locator('[data-index="0"]').focus();
  for (const key of ['j', 'j', 'ArrowDown', 'x', 'j', 'x', 'PageDown', 'PageDown', 'Home', '.', 'Escape', 'Escape']) {
    await page.keyboard.press(key);
    await page.waitForTimeout(60);
  }
  for (const title of ['Name', 'Memory', 'Created', 'Created']) {
    await page.getByRole('columnheader', { name: title, exact: true }).getByRole('button').click();
    await page.locator('[data-index="0"]').waitFor();
  }
  await page.keyboard.press('/');
  await page.keyboard.type('row-123', { delay: 40 });
  await page.waitForURL(/q=row-123/);
  await page.locator('[data-index="0"]').waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').pressSequentially('row-9', { delay: 40 });
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('Escape');
  await page.waitForTimeout(200);
  const thread = await spent();
  const seen = Object.values(await page.evaluate<Record<string, { duration: number; what: string }>>('bench.interactions'));
  const [worst, second] = seen.sort((a, b) => b.duration - a.duration);
  return [
    {
      name: 'INP',
      value: Math.max(16, worst?.duration ?? 0),
      unit: 'ms',
      target: { atMost: 40 },
      note: `the worst of some 30 interactions, ${worst?.what}; ${seen.length} took 16 ms or more, which is a frame`,
    },
    { name: 'second longest interaction', value: Math.max(16, second?.duration ?? 0), unit: 'ms', note: second?.what },
    ...Object.entries(spentOn).map(([name, what]) => ({
      name: `main thread in all interactions, ${what}`,
      value: thread[name] ?? 0,
      unit: 'ms',
      note: "processor time, with what the browser's driver asks of the page",
    })),
  ];
}

/** What is fetched for the first list, compressed as it is kept for the door. */
async function sizeOf(page: Page): Promise<Figure> {
  await page.goto(new URL('/instances', page.url()).href);
  await page.locator('[data-index="0"]').waitFor();
  const scripts = await page.evaluate<string[]>('bench.scripts()');
  const dist = join(repository, 'apps', 'adminui', 'dist');
  const kept = new Set(readdirSync(dist, { recursive: true }).map((file) => `/${String(file)}`));
  const bytes = scripts.map((path) => readFileSync(join(dist, kept.has(`${path}.gz`) ? `${path}.gz` : path)).length);
  return {
    name: 'scripts of the first list route, gzip',
    value: bytes.reduce((sum, n) => sum + n, 0) / 1024,
    unit: 'KB',
    target: { atMost: 230 },
    note: `${scripts.length} files`,
  };
}
