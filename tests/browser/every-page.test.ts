import { describeWith } from '@nereid/testkit';
import type { Page } from 'playwright-core';
import { TestCloud } from '../cloud/test-cloud';
import { furnish, type Furnished } from './furnished-cloud';
import { PortalBrowser, whyNoBrowser, type Theme } from './portal-browser';
import { views } from './views';

const themes: readonly Theme[] = ['light', 'dark'];

/** Each page in both themes: whole, without a complaint of the browser, usable by everybody; and a picture of it, to be looked at. */
describeWith('a browser', whyNoBrowser())('every page', () => {
  let cloud: TestCloud;
  let browser: PortalBrowser;
  let page: Page;
  let furnished: Furnished;

  beforeAll(async () => {
    cloud = await TestCloud.start({ simulatedServers: 6 });
    furnished = await furnish(cloud);
    browser = await PortalBrowser.open(cloud.installation);
    page = await browser.newPage();
    await browser.signIn(page); // once: attempts are limited, and the browser keeps the session
    browser.complaints.length = 0;
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await cloud?.remove();
  });

  it.each(views)('$name', async ({ name, path, open, ready, complaint }) => {
    await browser.visit(page, path(furnished));
    await open?.(page);
    await ready(page).waitFor();
    await browser.settled(page);
    for (const theme of themes) {
      await browser.show(page, theme);
      await browser.keep(page, name, theme);
      expect(await browser.seriousFindings(page)).toEqual([]);
    }
    expect(browser.complaints.splice(0).filter((text) => !complaint?.test(text))).toEqual([]);
  });
});
