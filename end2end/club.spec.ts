import { alive, choose, expect, open, send, test, told } from './journey';
import { EMPRESA_B, NAVI, at, platform } from './people';

const BRANDS = [
  { club: NAVI, colour: '#0b5cad', painted: 'rgb(11, 92, 173)', letters: 'CN', tagline: 'Compre no bairro e receba parte de volta' },
  { club: EMPRESA_B, colour: '#9d174d', painted: 'rgb(157, 23, 77)', letters: 'BV', tagline: 'O cashback de quem trabalha com a gente' },
];

for (const { club, colour, painted, letters, tagline } of BRANDS) {
  test(`${club.name} comes in its own brand from the first byte`, async ({ page }) => {
    const html = await (await open(page, at(club))).text();
    expect(html).toContain(`<title>${club.name}</title>`);
    expect(html).toContain(`--hero:${colour};`);
    expect(html).toContain(`<meta name="theme-color" content="${colour}"`);
    expect(html).toContain('<link rel="icon" href="/brand/icon.svg"');
    expect(html).toContain(tagline);
    for (const other of BRANDS.filter((other) => other.club !== club)) {
      expect(html).not.toContain(other.colour);
      expect(html).not.toContain(other.club.name);
    }

    await expect(page).toHaveTitle(club.name);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(tagline);
    await expect(page.locator('header').first()).toHaveCSS('background-color', painted);

    const icon = await (await page.goto(at(club, '/brand/icon.svg')))!.text();
    expect(icon).toContain(`fill="${colour}"`);
    expect(icon).toContain(`>${letters}</text>`);
  });
}

test('the example shares the cashback to the cent', async ({ page }) => {
  await open(page, at(NAVI));
  const example = page.getByRole('region', { name: 'Um exemplo, ao centavo' });
  const said = await example.getByText('gera').innerText();
  const pool = centavos(said.match(/gera (R\$\s[\d.,]+) de cashback/)![1]);
  const amounts = (await example.getByRole('listitem').allInnerTexts()).map((row) => centavos(row.match(/R\$\s[\d.,]+/)![0]));
  expect(pool).toBe(1000);
  expect(amounts).toEqual([500, 250, 125, 125]);
});

test('the language is chosen in the header and remembered', async ({ page }) => {
  await open(page, at(NAVI));
  await expect(page.locator('html')).toHaveAttribute('lang', 'pt-BR');
  await choose(page, 'Idioma', 'English');
  await expect(page).toHaveURL(at(NAVI));
  await expect(page.getByRole('heading', { name: 'An example, to the cent' })).toBeVisible();

  const html = await (await open(page, at(NAVI, '/admin/sign-in'))).text();
  expect(html).toContain('<html lang="en"');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await choose(page, 'Language', 'Português');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Entrar');
});

test('the theme is chosen in the header, remembered, and there before anything is drawn', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  const before = await (await open(page, at(NAVI, '/admin/sign-in'))).text();
  expect(before.slice(0, before.indexOf('<head'))).not.toContain('data-theme');
  const paper = () => page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
  const light = await paper();

  await choose(page, 'Aparência', 'Escura');
  const html = await (await open(page, at(NAVI, '/admin/sign-in'))).text();
  expect(html.slice(0, html.indexOf('<head'))).toContain('data-theme="dark"');
  const dark = await paper();
  expect(dark).not.toBe(light);

  await page.emulateMedia({ colorScheme: 'dark' });
  await choose(page, 'Aparência', 'Clara');
  expect(await paper()).toBe(light);
  await choose(page, 'Aparência', 'Do aparelho');
  await expect(page.locator('html')).not.toHaveAttribute('data-theme', /.*/);
  expect(await paper()).toBe(dark);
});

test('questions open with and without the program', async ({ page }) => {
  await open(page, at(NAVI));
  const answer = page.getByText('Nada. Quem oferece o cashback é a loja onde você compra.');
  await expect(answer).toBeHidden();
  await page.getByText('Quanto custa participar?').click();
  await expect(answer).toBeVisible();
});

test('the footer leads to the sign-in of this club', async ({ page }) => {
  await open(page, at(NAVI));
  await page.getByRole('link', { name: 'Administração do clube' }).click();
  await expect(page).toHaveURL(at(NAVI, '/admin/sign-in'));
  await expect(page.getByRole('main')).toContainText(NAVI.name);
  await alive(page);
});

test('an address that is no club says so', async ({ page, faults }) => {
  faults.announce(404);
  const response = await open(page, at('ninguem'));
  expect(response.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Clube não encontrado');
  await expect(page.getByText('Clube Digital').first()).toBeVisible();
});

test('a page that a club does not have says so, and leads back', async ({ page, faults }) => {
  faults.announce(404);
  for (const path of ['/nada', '/admin-', '/super', '/super/tenants']) {
    const response = await open(page, at(NAVI, path));
    expect(response.status(), path).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Página não encontrada');
    expect(await response.text()).toContain('--hero:#0b5cad;');
    await expect(page.getByRole('main')).toContainText(NAVI.name);
  }
  await page.getByRole('link', { name: 'Voltar ao início' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(BRANDS[0].tagline);
  await alive(page);
});

test('the platform has no console of a club', async ({ page, faults }) => {
  faults.announce(404);
  for (const path of ['/admin', '/admin/members', '/admin/sign-in']) {
    expect((await open(page, platform(path))).status(), path).toBe(404);
  }
});

test('a suspended club is closed in its own brand, and open again when it is restored', async ({ club, page, another, superAdmin, faults }) => {
  faults.announce(403);
  const platformPage = await another({ storageState: superAdmin });
  const becomes = async (word: string) => {
    await open(platformPage, platform(`/super/tenants/${club.slug}`));
    await platformPage.getByLabel('Status', { exact: true }).selectOption(word);
    await send(platformPage, 'Rever mudança');
    const confirm = platformPage.getByLabel(`Digite ${club.slug} para confirmar`);
    if (await confirm.isVisible()) await confirm.fill(club.slug);
    await send(platformPage, 'Salvar mudança');
    await told(platformPage, 'Clube alterado');
  };

  await open(page, at(club));
  await becomes('Suspenso');
  await expect(platformPage.getByText('O clube não está no ar')).toBeVisible();
  for (const path of ['/', '/admin/sign-in']) {
    const response = await open(page, at(club, path));
    expect(response.status(), path).toBe(403);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Clube suspenso');
    await expect(page).toHaveTitle(`Clube suspenso · ${club.name}`);
  }

  await becomes('Em teste');
  expect((await open(page, at(club))).status()).toBe(200);
  await expect(page).toHaveTitle(club.name);
});

/** `R$ 1.234,56` as a whole number. */
function centavos(money: string): number {
  return Number(money.replace(/\D/g, ''));
}
