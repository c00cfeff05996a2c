import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, open, send, signIn, test } from './journey';
import { EMPRESA_B, NAVI, SUPER_ADMIN, at, platform } from './people';

/**
 * How every page looks, for eyes, keyboards and screen readers. Pictures of all of them are left in `screenshots/`.
 * A new page is a line here.
 */
interface Sight {
  name: string;
  url: () => string;
  /** Whose session opens it. */
  as?: 'naviAdmin' | 'superAdmin';
  status?: number;
  /** What to do on the page before looking at it. */
  first?: (page: Page) => Promise<void>;
}

const SIGHTS: Sight[] = [
  { name: 'public-navi', url: () => at(NAVI) },
  { name: 'public-b', url: () => at(EMPRESA_B) },
  { name: 'unknown-club', url: () => at('ninguem'), status: 404 },
  { name: 'unknown-page', url: () => at(NAVI, '/nada'), status: 404 },
  { name: 'admin-sign-in', url: () => at(NAVI, '/admin/sign-in') },
  { name: 'admin-code', url: () => at(EMPRESA_B, '/admin/sign-in/code') },
  { name: 'admin-today', url: () => at(NAVI, '/admin'), as: 'naviAdmin' },
  { name: 'admin-narrow', url: () => at(NAVI, '/admin'), as: 'naviAdmin', first: narrow },
  { name: 'admin-palette', url: () => at(NAVI, '/admin'), as: 'naviAdmin', first: lookFor },
  { name: 'admin-members', url: () => at(NAVI, '/admin/members'), as: 'naviAdmin' },
  { name: 'admin-members-none', url: () => at(NAVI, '/admin/members?q=xyz&kind=merchant'), as: 'naviAdmin' },
  {
    name: 'admin-member',
    url: () => at(NAVI, '/admin/members?q=ana@example.com'),
    as: 'naviAdmin',
    first: (page) => follow(page, 'Ana Souza'),
  },
  {
    name: 'admin-member-blocks',
    url: () => at(NAVI, '/admin/members?q=ana@example.com'),
    as: 'naviAdmin',
    first: async (page) => {
      await follow(page, 'Ana Souza');
      await page.getByRole('link', { name: 'Reter ou liberar' }).click();
      await expect(page.getByRole('heading', { name: 'Reter um valor' })).toBeVisible();
    },
  },
  { name: 'admin-documents', url: () => at(NAVI, '/admin/documents'), as: 'naviAdmin' },
  {
    name: 'admin-document',
    url: () => at(NAVI, '/admin/documents'),
    as: 'naviAdmin',
    first: (page) => follow(page, /./, 'O que o documento tem de mostrar'),
  },
  { name: 'admin-suspense', url: () => at(NAVI, '/admin/suspense?status=all'), as: 'naviAdmin' },
  {
    name: 'admin-unmatched',
    url: () => at(NAVI, '/admin/suspense?status=all'),
    as: 'naviAdmin',
    first: (page) => follow(page, /./, 'O que se sabe'),
  },
  {
    name: 'admin-modules',
    url: () => at(NAVI, '/admin/modules'),
    as: 'naviAdmin',
    first: (page) => page.getByText('Mudar', { exact: true }).first().click(),
  },
  { name: 'admin-withdrawals', url: () => at(NAVI, '/admin/withdrawals?status=all'), as: 'naviAdmin' },
  {
    name: 'admin-withdrawal',
    url: () => at(NAVI, '/admin/withdrawals'),
    as: 'naviAdmin',
    first: (page) => follow(page, /./, 'Recusar saque'),
  },
  { name: 'admin-pix', url: () => at(NAVI, '/admin/pix'), as: 'naviAdmin' },
  {
    name: 'admin-pix-provider',
    url: () => at(NAVI, '/admin/pix/provider'),
    as: 'naviAdmin',
    first: async (page) => {
      await page.getByLabel('Instituição').selectOption('Efí');
      await expect(page.getByLabel('Client secret')).toBeVisible();
    },
  },
  { name: 'admin-legal', url: () => at(NAVI, '/admin/legal'), as: 'naviAdmin' },
  { name: 'admin-legal-text', url: () => at(NAVI, '/admin/legal/terms'), as: 'naviAdmin' },
  { name: 'admin-legal-draft', url: () => at(NAVI, '/admin/legal/privacy/draft'), as: 'naviAdmin' },
  {
    name: 'admin-legal-review',
    url: () => at(NAVI, '/admin/legal/fees/draft'),
    as: 'naviAdmin',
    first: async (page) => {
      await send(page, 'Salvar e conferir');
      await expect(page.getByRole('heading', { name: 'Publicar', exact: true })).toBeVisible();
    },
  },
  { name: 'admin-account', url: () => at(NAVI, '/admin/account'), as: 'naviAdmin' },
  { name: 'admin-two-step', url: () => at(NAVI, '/admin/account/two-step'), as: 'naviAdmin' },
  { name: 'admin-administrators', url: () => at(NAVI, '/admin/administrators'), as: 'naviAdmin' },
  {
    name: 'admin-administrator',
    url: () => at(NAVI, '/admin/administrators'),
    as: 'naviAdmin',
    first: async (page) => {
      await page.getByRole('link', { name: 'Vera Leitura' }).click();
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Vera Leitura');
    },
  },
  { name: 'admin-administrator-new', url: () => at(NAVI, '/admin/administrators/new'), as: 'naviAdmin' },
  { name: 'super-sign-in', url: () => platform('/super/sign-in') },
  { name: 'super-overview', url: () => platform('/super'), as: 'superAdmin' },
  { name: 'super-tenants', url: () => platform('/super/tenants'), as: 'superAdmin' },
  { name: 'super-create', url: () => platform('/super/tenants/new'), as: 'superAdmin' },
  { name: 'super-tenant', url: () => platform('/super/tenants/clube-navi'), as: 'superAdmin' },
  { name: 'super-review', url: () => platform('/super/tenants/clube-navi/review?status=suspended&plan=BASIC'), as: 'superAdmin' },
  {
    name: 'super-domain',
    url: () => platform('/super/tenants/clube-navi'),
    as: 'superAdmin',
    first: async (page) => {
      const domain = 'clube.navi.example';
      const link = page.getByRole('link', { name: domain });
      if (await link.count()) {
        await link.click();
      } else {
        await page.getByLabel('Domínio', { exact: true }).fill(domain);
        await send(page, 'Adicionar domínio');
      }
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(domain);
    },
  },
  { name: 'super-missing', url: () => platform('/super/tenants/ninguem'), as: 'superAdmin', status: 404 },
  { name: 'super-administrators', url: () => platform('/super/administrators'), as: 'superAdmin' },
  {
    name: 'super-account',
    url: () => platform('/super/account'),
    as: 'superAdmin',
    first: (page) => page.getByLabel('Conta', { exact: true }).click(),
  },
];

/** Follows the first row's link, and waits for the page behind it by one of its headings. */
async function follow(page: Page, row: string | RegExp, heading = String(row)): Promise<void> {
  await page.locator('tbody').first().getByRole('link', { name: row }).first().click();
  await expect(page.getByRole('heading', { name: heading })).toBeVisible();
}

/** The navigation as icons; on a phone the drawer. */
async function narrow(page: Page): Promise<void> {
  const drawer = page.getByLabel('Menu', { exact: true });
  if (await drawer.isVisible()) return drawer.click();
  const unfold = page.getByRole('button', { name: 'Expandir navegação' });
  if (await unfold.isVisible()) return;
  const remembered = page.waitForResponse(/preferences\/navigation/);
  await page.getByRole('button', { name: 'Recolher navegação' }).click();
  await remembered;
  await expect(unfold).toBeVisible();
}

/** The palette, with pages and members in it. */
async function lookFor(page: Page): Promise<void> {
  await page.keyboard.press('/');
  const palette = page.getByRole('dialog', { name: 'Buscar' });
  await palette.getByRole('searchbox').fill('m');
  await palette.getByRole('searchbox').pressSequentially('ar');
  await expect(palette.getByRole('link', { name: /@example\.com/ }).first()).toBeVisible();
}

const WIDTHS = [390, 1280, 1920];
/** What a page has to fit on: also a wide screen on which somebody reads four times as large. */
const NARROWEST = { width: 320, height: 640 };
const HEIGHTS = new Map([[390, 844], [1280, 800], [1920, 1080]]);
const EVERYTHING = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** All that another theme can break. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

test.describe('every page, on a phone and on wide screens, light and dark', () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, 'the examiner is a script itself');

  for (const { name, url, as, status = 200, first } of SIGHTS) {
    test(name, async ({ another, faults, naviAdmin, superAdmin }) => {
      if (status !== 200) faults.announce(status);
      const page = await another({ storageState: as && { naviAdmin, superAdmin }[as], colorScheme: 'light', reducedMotion: 'reduce' });
      await page.addInitScript(watchShifts);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: HEIGHTS.get(width)! });
        expect((await open(page, url())).status()).toBe(status);
        await page.evaluate(() => document.fonts.ready);
        expect(await page.evaluate(() => Reflect.get(window, 'shifts')), 'nothing moves after it is drawn').toEqual([]);
        await first?.(page);
        await isWellBuilt(page);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          await page.screenshot({ path: `${import.meta.dirname}/screenshots/${name}-${colorScheme}-${width}.png`, fullPage: true });
          expect.soft(await findings(page, colorScheme), `${colorScheme}, ${width} px`).toEqual([]);
        }
        await page.emulateMedia({ colorScheme: 'light' });
      }
      await page.setViewportSize(NARROWEST);
      await isWellBuilt(page);
    });
  }
});

/** What axe finds; in the dark theme, which comes second, only what is about colours. */
async function findings(page: Page, theme: 'light' | 'dark'): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (theme === 'light' ? axe.withTags(EVERYTHING) : axe.withRules(COLOURS)).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}

/** Notes every unasked-for movement of what is already drawn. */
function watchShifts(): void {
  const shifts: string[] = [];
  Reflect.set(window, 'shifts', shifts);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const value: number = Reflect.get(entry, 'value');
      const moved = Reflect.get(entry, 'sources').map((source: { node?: Element }) => source.node?.nodeName);
      shifts.push(`${value}: ${moved.join(', ')}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** One heading of the first level, none left out below it, and nothing to scroll sideways for. */
async function isWellBuilt(page: Page): Promise<void> {
  const levels = await page.locator('h1, h2, h3, h4, h5, h6').evaluateAll((headings) => headings.map((heading) => Number(heading.nodeName[1])));
  expect(levels.filter((level) => level === 1)).toHaveLength(1);
  expect(levels[0]).toBe(1);
  levels.forEach((level, place) => expect(level - (levels[place - 1] ?? 0)).toBeLessThanOrEqual(1));
  const { content, screen } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    screen: document.documentElement.clientWidth,
  }));
  expect(content, 'wider than the screen').toBeLessThanOrEqual(screen);
}

test.describe('by keyboard alone', () => {
  test('one signs in', async ({ page, club }) => {
    await open(page, at(club, '/admin/sign-in'));
    await expect(page.getByLabel('E-mail')).toBeFocused();
    await page.keyboard.type(club.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(club.password);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(at(club, '/admin'));
  });

  test('one skips the navigation', async ({ another, naviAdmin }) => {
    const page = await another({ storageState: naviAdmin });
    await open(page, at(NAVI, '/admin/members'));
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Ir para o conteúdo' });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('main').getByRole('searchbox')).toBeFocused();
  });

  test('one reaches the main action of the platform', async ({ another, superAdmin }) => {
    const page = await another({ storageState: superAdmin });
    await open(page, platform('/super/tenants'));
    const create = page.getByRole('link', { name: 'Criar clube' });
    await reach(page, 'Criar clube');
    await expect(create).toBeFocused();
    await expect(create).toHaveCSS('outline-style', 'solid');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(platform('/super/tenants/new'));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Criar clube');
  });

  test('one changes the language', async ({ page }) => {
    await open(page, at(NAVI));
    await reach(page, 'Idioma');
    await page.keyboard.press('Enter');
    await reach(page, 'English');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'How it works' })).toBeVisible();
  });
});

/** Presses Tab until what has the focus is called so. */
async function reach(page: Page, name: string): Promise<void> {
  const called: string[] = [];
  while (called.length < 25) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
    if (here.trim() === name) return;
    called.push(here.trim());
  }
  throw new Error(`${name} is not among ${called.join(' | ')}`);
}

test('a refused form is readable to all', async ({ another, superAdmin, javaScriptEnabled }) => {
  const page = await another({ storageState: superAdmin });
  await open(page, platform('/super/tenants/new'));
  await send(page, 'Criar clube');
  const name = page.getByLabel('Nome');
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  await expect(name).toBeFocused();
  await isWellBuilt(page);
  if (javaScriptEnabled === false) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${import.meta.dirname}/screenshots/super-create-refused-${colorScheme}.png`, fullPage: true });
    expect(await findings(page, colorScheme)).toEqual([]);
  }
});
