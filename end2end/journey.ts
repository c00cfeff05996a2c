import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
  expect,
  test as base,
} from '@playwright/test';
import { Faults } from './faults';
import { type Club, NAVI, SUPER_ADMIN, at, platform } from './people';

export { expect };

type State = Awaited<ReturnType<BrowserContext['storageState']>>;

interface Tools {
  /** What went wrong behind the pages' backs; checked after each journey. */
  faults: Faults;
  /** A club of this journey's own, whose administrator may change everything. */
  club: Club;
  /** A further browser, watched like the first. */
  another: (options?: BrowserContextOptions) => Promise<Page>;
}

interface Shared {
  /** The super admin's open session. One sign-in serves a whole worker: sign-ins are limited. */
  superAdmin: State;
  /** The open session of Clube Navi's administrator. */
  naviAdmin: State;
}

export const test = base.extend<Tools, Shared>({
  faults: [
    async ({ javaScriptEnabled }, use) => {
      const faults = new Faults(javaScriptEnabled !== false);
      await use(faults);
      expect(faults.all()).toEqual([]);
    },
    { auto: true },
  ],

  context: async ({ context, faults }, use) => {
    faults.watch(context);
    await use(context);
  },

  another: async ({ browser, javaScriptEnabled, locale, timezoneId, faults }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ javaScriptEnabled, locale, timezoneId, ...options });
      contexts.push(context);
      faults.watch(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },

  club: async ({ playwright, superAdmin }, use, { project, testId }) => {
    const name = `Jornada ${project.name} ${testId.slice(-6)}`;
    const slug = name.toLowerCase().replaceAll(' ', '-');
    const club: Club = { slug, name, email: `dona@${slug}.example`, password: 'uma frase da jornada' };
    // The form's own address: the form itself is another journey.
    const platformSite = await playwright.request.newContext({ storageState: superAdmin });
    const made = await platformSite.post(platform('/_fn/super/tenant/create'), {
      headers: { accept: 'text/html', origin: new URL(platform()).origin },
      form: Object.fromEntries(
        Object.entries({ ...inWriting(club), plan: 'BASIC' }).map(([field, value]) => [`new[${field}]`, value]),
      ),
    });
    await platformSite.dispose();
    expect(made.url()).toBe(platform(`/super/tenants/${slug}`));
    await use(club);
  },

  superAdmin: [
    async ({ browser }, use) => use(await sessionOf(browser, platform('/super'), SUPER_ADMIN)),
    { scope: 'worker' },
  ],

  naviAdmin: [
    async ({ browser }, use) => use(await sessionOf(browser, at(NAVI, '/admin'), NAVI)),
    { scope: 'worker' },
  ],
});

/** Signs in once, without the browser's program, and keeps what the browser remembers. */
function sessionOf(browser: Browser, console: string, who: { email: string; password: string }): Promise<State> {
  return inPlainBrowser(browser, undefined, async (page) => {
    await page.goto(console);
    await signIn(page, who.email, who.password);
    await expect(page).toHaveURL(console);
    return page.context().storageState();
  });
}

async function inPlainBrowser<T>(
  browser: Browser,
  storageState: State | undefined,
  work: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'pt-BR', storageState });
  plain.add(context);
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

/** Opens a page and waits until it is alive; gives the server's answer. */
export async function open(page: Page, url: string) {
  const response = await page.goto(url);
  await alive(page);
  if (!response) throw new Error(`no answer from ${url}`);
  return response;
}

/** Waits until the browser's program has taken the page over, where it does. A page that only refuses has none. */
export async function alive(page: Page): Promise<void> {
  if (runsScripts(page) && (await page.locator('link[rel=modulepreload]').count())) {
    await expect(page.locator('html')).toHaveAttribute('data-hydrated', '');
  }
}

/** Browsers that were opened without scripts in a project that has them. */
const plain = new WeakSet<BrowserContext>();

function runsScripts(page: Page): boolean {
  return !plain.has(page.context()) && test.info().project.use.javaScriptEnabled !== false;
}

/** Presses a form's button and waits for the page that answers. */
export async function send(page: Page, button: string | Locator): Promise<void> {
  const target = typeof button === 'string' ? page.getByRole('button', { name: button, exact: true }) : button;
  const answered = page.waitForEvent('domcontentloaded');
  await target.click();
  await answered;
  await alive(page);
}

/** What whoever may not come in is told. */
export const REFUSED = 'E-mail ou senha não conferem.';

/** Fills in the sign-in page and sends it. */
export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Senha').fill(password);
  await send(page, 'Entrar');
}

/** Chooses in one of the header's menus. */
export async function choose(page: Page, menu: string, choice: string): Promise<void> {
  await page.getByLabel(menu, { exact: true }).click();
  await send(page, choice);
}

/** Fills in the form that makes a club. */
export async function describe(page: Page, club: Club): Promise<void> {
  const fields = inWriting(club);
  await page.getByLabel('Nome').fill(fields.name);
  await page.getByLabel('Endereço').fill(fields.slug);
  await page.getByLabel('CNPJ ou CPF').fill(fields.document);
  await page.getByLabel('Telefone').fill(fields.phone);
  await page.getByLabel('E-mail').fill(fields.email);
  await page.getByLabel('Senha do administrador').fill(fields.adminPassword);
}

/** A club as somebody describes it. */
function inWriting({ name, slug, email, password }: Club) {
  return { name, slug, email, document: '11.222.333/0001-81', phone: '(11) 98765-4321', adminPassword: password };
}

/** The sentence that says that a form worked. */
export async function told(page: Page, sentence: string): Promise<void> {
  await expect(page.getByRole('status').filter({ hasText: sentence })).toBeVisible();
}

/** The value beside a word: a figure of a dashboard, or a fact of a card. */
export function fact(page: Page | Locator, word: string): Locator {
  return page
    .locator('dl > div')
    .filter({ has: page.locator('dt').getByText(word, { exact: true }) })
    .locator('dd')
    .first();
}
