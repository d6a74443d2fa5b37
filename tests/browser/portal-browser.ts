import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { doorsOf, operatorLogin, repository, type Installation } from '@nereid/infra-local';
import { chromium, type BrowserContext, type Page, type Request } from 'playwright-core';
import { eventually } from '../cloud/eventually';

const program = '/usr/bin/chromium';

/** Why there is no browser here; undefined when there is one. */
export function whyNoBrowser(): string | undefined {
  return existsSync(program) ? undefined : `${program} is not installed; ./dev test browser gets it when run as root`;
}

/** Where the screenshots of a test run are kept, to be looked at. */
export const screenshots = join(repository, '.cache', 'screenshots');

export type Theme = 'light' | 'dark';

/** What axe found: rule, gravity, where. */
export interface Finding {
  readonly id: string;
  readonly impact: string | null | undefined;
  readonly targets: readonly string[];
}

/** Chromium as an operator has it, looking at one cloud's portal. Whatever its console calls an error is kept. */
export class PortalBrowser {
  readonly complaints: string[] = [];
  private readonly underWay = new Set<string>();

  private constructor(
    private readonly context: BrowserContext,
    readonly url: string,
    private readonly installation: Installation,
  ) {
    context.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    context.on('weberror', (error) => this.complaints.push(String(error.error())));
    context.on('request', (request) => {
      if (!/[?&]wait_ms=/.test(request.url())) this.underWay.add(request.url());
    });
    const ended = (request: Request): void => void this.underWay.delete(request.url());
    context.on('requestfinished', ended);
    context.on('requestfailed', ended);
  }

  /** The browser's profile is part of the installation's state, and goes with it. */
  static async open(installation: Installation, viewport = { width: 1440, height: 900 }): Promise<PortalBrowser> {
    const profile = installation.path('browser');
    mkdirSync(profile, { recursive: true });
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: program,
      headless: true,
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
        '--disable-sync',
      ], // prettier-ignore
      ignoreHTTPSErrors: true, // the cloud's own authority
      viewport,
    });
    context.setDefaultTimeout(30_000);
    return new PortalBrowser(context, (await doorsOf(installation)).adminapi, installation);
  }

  close(): Promise<void> {
    return this.context.close();
  }

  async newPage(): Promise<Page> {
    return this.context.newPage();
  }

  /** Goes to a page of the portal and waits until it has its heading. */
  async visit(page: Page, path: string): Promise<void> {
    await page.goto(this.url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
  }

  /** Waits until nothing is on its way but what waits for the next second on purpose: then what was asked for is on the screen. */
  async settled(page: Page): Promise<void> {
    await eventually('requests under way', async () => [...this.underWay], (urls) => urls.length === 0); // prettier-ignore
    await page.evaluate('new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))');
  }

  async signIn(page: Page): Promise<void> {
    await this.visit(page, '/sign-in');
    await page.getByLabel('Login').fill(operatorLogin);
    await page.getByLabel('Password').fill(readFileSync(this.installation.path('secrets', 'operator.password'), 'utf8').trim());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
  }

  /** Does something while the page has only a part of its processor: what is pressed then waits in line, as on a busy machine. */
  async slowly(page: Page, times: number, act: () => Promise<unknown>): Promise<void> {
    const session = await this.context.newCDPSession(page);
    try {
      await session.send('Emulation.setCPUThrottlingRate', { rate: times });
      await act();
    } finally {
      await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
      await session.detach();
    }
  }

  /** The same page in a theme. */
  async show(page: Page, theme: Theme): Promise<void> {
    await page.emulateMedia({ colorScheme: theme });
    await page.evaluate(`localStorage.removeItem('nereid.theme'); document.documentElement.dataset.theme = '${theme}'`);
  }

  async keep(page: Page, name: string, theme: Theme): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await page.screenshot({ path: join(screenshots, `${name}-${theme}.png`), animations: 'disabled' });
  }

  /** What axe finds that keeps somebody from using the page. */
  async seriousFindings(page: Page): Promise<Finding[]> {
    // As text: a script element would be refused by the page's policy.
    await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: AxeViolation[] }> } };
      const { violations } = await axe.run({ resultTypes: ['violations'] });
      return violations.map(({ id, impact, nodes }) => ({ id, impact, targets: nodes.map(({ target }) => target.join(' ')) }));
    });
    return found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  }
}

interface AxeViolation {
  readonly id: string;
  readonly impact?: string | null;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}
