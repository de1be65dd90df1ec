import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** Nothing of the browser's own may reach the outside, or wait for a graphics card that is not there. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page that is only right in a browser is only tested in one, so a missing browser is a failure. */
export function startBrowser(): Promise<Browser> {
  const path = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  if (!existsSync(path)) {
    throw new Error(
      `There is no browser at ${path}. Install one (Debian: apt-get install -y chromium) or set CHROMIUM_PATH to a Chromium.`,
    );
  }
  return chromium.launch({ executablePath: path, args: ARGUMENTS });
}

export interface OpenPage {
  readonly page: Page;
  /** What the page complained of: errors, and breaches of its own security policy. */
  readonly complaints: string[];
}

export async function openPage(
  browser: Browser,
  url: string,
  options: {
    readonly width?: number;
    readonly height?: number;
    readonly colorScheme?: 'light' | 'dark';
    /** As on a telephone: a finger, and no mouse. */
    readonly touch?: boolean;
  } = {},
): Promise<OpenPage> {
  const { width = 1280, height = 800, colorScheme = 'light', touch = false } = options;
  const viewport = { width, height };
  const page = await browser.newPage({ viewport, colorScheme, hasTouch: touch, isMobile: touch });
  page.setDefaultTimeout(10_000);
  // How soon a page is loaded says more of what else the machine does than of the page.
  page.setDefaultNavigationTimeout(30_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(url);
  await page.waitForSelector('html[data-ready]');
  return { page, complaints };
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Fails with the rule and the elements where axe finds something serious. */
export async function expectAccessible(page: Page): Promise<void> {
  // The page's own policy lets no foreign script in; this way of adding one is the debugger's.
  if ((await page.evaluate('typeof axe')) === 'undefined') {
    const { readFile } = await import('node:fs/promises');
    await page.evaluate(await readFile(AXE, 'utf8'));
  }
  const result = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string }[] }[];
  }>('axe.run(document, { resultTypes: ["violations"], preload: false })');
  const serious = result.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
  expect(serious).toEqual([]);
}
