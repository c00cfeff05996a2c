import { alive, choose, expect, fact, open, send, signIn, test } from './journey';
import { NAVI, VIEWER, at, platform } from './people';

test.describe('the console of Clube Navi', () => {
  test.use({ storageState: ({ naviAdmin }, use) => use(naviAdmin) });

  test('the first page counts what the members page counts', async ({ page }) => {
    await open(page, at(NAVI, '/admin'));
    const words = { Membros: '', Consumidores: 'consumer', Lojas: 'merchant' };
    const figures = new Map<string, number>();
    for (const word of Object.keys(words)) figures.set(word, Number(await fact(page, word).innerText()));
    expect(figures.get('Membros')).toBe(figures.get('Consumidores')! + figures.get('Lojas')!);
    for (const [word, kind] of Object.entries(words)) {
      await open(page, at(NAVI, `/admin/members?kind=${kind}`));
      await expect(page.getByText(`${figures.get(word)} membros`, { exact: true })).toBeVisible();
    }
    await open(page, at(NAVI, '/admin/members?kind=merchant'));
    await expect(page.locator('tbody tr')).toHaveCount(figures.get('Lojas')!);
  });

  test('the first page shows how cashback is shared', async ({ page }) => {
    await open(page, at(NAVI, '/admin'));
    const amounts = page.locator('section').filter({ hasText: 'Divisão do cashback' }).getByRole('listitem');
    await expect(amounts).toHaveText([/Consumidor.*50\s%.*R\$\s5,00/, /Clube.*25\s%.*R\$\s2,50/, /12,5\s%.*R\$\s1,25/, /12,5\s%.*R\$\s1,25/]);
  });

  test('members are searched and filtered, and the address keeps it', async ({ page }) => {
    await open(page, at(NAVI, '/admin/members'));
    const rows = page.locator('tbody tr');
    await page.getByRole('main').getByRole('searchbox').fill('souza');
    await page.getByLabel('Tipo').selectOption('Consumidores');
    await send(page, 'Filtrar');
    expect(new URL(page.url()).searchParams.get('q')).toBe('souza');
    expect(new URL(page.url()).searchParams.get('kind')).toBe('consumer');
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText('Ana Souza');
    await expect(rows).toContainText('ana@example.com');
    await expect(page.getByText('1 membro', { exact: true })).toBeVisible();

    await page.reload();
    await alive(page);
    await expect(page.getByRole('main').getByRole('searchbox')).toHaveValue('souza');
    await expect(page.getByLabel('Tipo')).toHaveValue('consumer');
    await expect(rows).toHaveCount(1);

    await page.getByLabel('Tipo').selectOption('Lojas');
    await send(page, 'Filtrar');
    await expect(page.getByText('Nenhum membro combina com a busca e os filtros acima.')).toBeVisible();
    await page.getByRole('link', { name: 'Limpar filtros' }).first().click();
    await expect(page).toHaveURL(at(NAVI, '/admin/members'));
    await expect(rows).toHaveCount(25);
    await alive(page);
    await expect(page.getByRole('main').getByRole('searchbox')).toHaveValue('');
  });

  test('members are found by telephone, by referral code and by name without accents', async ({ page }) => {
    await open(page, at(NAVI, '/admin/members?q=padaria'));
    const row = page.locator('tbody tr');
    await expect(row).toHaveCount(1);
    const code = await row.locator('code').innerText();
    const phone = (await row.innerText()).match(/\(11\) \d{5}-\d{4}/)![0];
    for (const q of [code, phone]) {
      await open(page, at(NAVI, `/admin/members?q=${encodeURIComponent(q)}`));
      await expect(row).toHaveCount(1);
      await expect(row).toContainText('Padaria Central');
    }
    // However a name is written.
    for (const q of ['joao teixeira', 'JOÃO', 'joão']) {
      await open(page, at(NAVI, `/admin/members?q=${encodeURIComponent(q)}`));
      await expect(row).toHaveCount(1);
      await expect(row).toContainText('João Teixeira');
    }
  });

  test('pages of members hold everybody once', async ({ page }) => {
    await open(page, at(NAVI, '/admin/members'));
    const names = page.locator('tbody tr td:first-child');
    const total = Number((await page.getByText(/^\d+ membros$/).innerText()).split(' ')[0]);
    const first = await names.allInnerTexts();
    expect(first).toHaveLength(25);

    await page.getByRole('link', { name: 'Próximos' }).click();
    await expect(page).toHaveURL(/\?cursor=/);
    await expect(names).toHaveCount(total - 25);
    const all = [...first, ...(await names.allInnerTexts())];
    expect(new Set(all).size).toBe(total);
    await expect(page.getByRole('link', { name: 'Próximos' })).toHaveCount(0);

    await page.goBack();
    await expect(names).toHaveText(first);
    await alive(page);
    await page.goForward();
    await expect(names).toHaveCount(total - 25);
    await alive(page);
    await page.getByRole('link', { name: 'Voltar ao começo' }).click();
    await expect(names).toHaveText(first);
    await alive(page);
  });

  test('the navigation leads through the console and says where one is', async ({ page }) => {
    await open(page, at(NAVI, '/admin'));
    await expect(page.getByText('Saques para aprovar')).toBeVisible();
    await expect(page.getByText('Documentos para conferir')).toBeVisible();
    await expect(page.getByText('Nada espera por você')).toHaveCount(0);
    for (const [entry, path] of [['Membros', '/admin/members'], ['Documentos', '/admin/documents'], ['Saques', '/admin/withdrawals'], ['Pix sem dono', '/admin/suspense'], ['Pix e limites', '/admin/pix'], ['Textos legais', '/admin/legal'], ['Módulos', '/admin/modules'], ['Administradores', '/admin/administrators'], ['Hoje', '/admin']]) {
      const link = page.getByRole('navigation', { name: 'Navegação' }).getByRole('link', { name: entry, exact: true });
      await link.click();
      await expect(page).toHaveURL(at(NAVI, path));
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(entry);
      await expect(page).toHaveTitle(`${entry} · ${NAVI.name}`);
      await expect(link).toHaveAttribute('aria-current', 'page');
      await alive(page);
    }
    const account = page.getByRole('link', { name: 'Sua conta', exact: true });
    await expect(account).toBeHidden();
    await page.getByLabel('Conta', { exact: true }).click();
    await account.click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sua conta');
    await expect(account).toBeHidden();
    await alive(page);
  });

  test('the navigation folds to icons, and the next page comes so', async ({ page }) => {
    await open(page, at(NAVI, '/admin'));
    const navigation = page.getByRole('navigation', { name: 'Navegação' });
    const width = async () => (await navigation.boundingBox())!.width;
    const wide = await width();
    for (const [button, opposite, isFolded] of [['Recolher navegação', 'Expandir navegação', true], ['Expandir navegação', 'Recolher navegação', false]] as const) {
      const remembered = page.waitForResponse(/preferences\/navigation/);
      await page.getByRole('button', { name: button }).click();
      await remembered;
      await expect(page.getByRole('button', { name: opposite })).toBeVisible();
      await alive(page);
      const html = await (await open(page, at(NAVI, '/admin/members'))).text();
      expect(html.includes('data-navigation="icons"')).toBe(isFolded);
      expect((await width()) < wide / 2).toBe(isFolded);
      await expect(navigation.getByRole('link', { name: 'Saques', exact: true })).toBeVisible();
    }
  });

  test('the bar searches the members', async ({ page }) => {
    await open(page, at(NAVI, '/admin/modules'));
    const search = page.getByRole('banner').getByRole('searchbox');
    await search.fill('souza');
    await search.press('Enter');
    await expect(page).toHaveURL(at(NAVI, '/admin/members?q=souza'));
    await expect(page.locator('tbody tr')).toHaveCount(1);
    await alive(page);
  });

  test('a few keys lead to any page and to any member', async ({ page, javaScriptEnabled }) => {
    test.skip(!javaScriptEnabled, 'keys are the program’s');
    await open(page, at(NAVI, '/admin'));
    const palette = page.getByRole('dialog', { name: 'Buscar' });
    const typed = palette.getByRole('searchbox');
    const before = page.getByRole('link', { name: 'Página pública' });
    await before.focus();
    await page.keyboard.press('/');
    await expect(typed).toBeFocused();
    await expect(typed).toHaveValue('');
    await expect(palette.getByRole('link').first()).toHaveText('Hoje');
    await expect(palette.getByRole('link', { name: /^Saques/ })).toBeVisible();
    await expect(palette.getByRole('link').last()).toHaveText('Sua conta');
    await page.keyboard.press('Escape');
    await expect(palette).toBeHidden();
    await expect(before).toBeFocused();

    await page.keyboard.press('Control+k');
    await expect(typed).toBeFocused();
    await page.keyboard.type('modulos');
    await expect(palette.getByRole('link').first()).toHaveText(/^Módulos/);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(at(NAVI, '/admin/modules'));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Módulos');
    await expect(palette).toBeHidden();
    await alive(page);

    await page.getByRole('banner').getByRole('searchbox').click();
    await expect(typed).toBeFocused();
    await page.keyboard.type('ana@example.com');
    const ana = palette.getByRole('link', { name: 'Ana Souza' });
    await expect(ana).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await expect(ana).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ana Souza');
    await expect(palette).toBeHidden();
    await alive(page);
  });

  test('on a phone the navigation is a drawer that closes behind one', async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, at(NAVI, '/admin'));
    const link = page.getByRole('link', { name: 'Membros', exact: true });
    await expect(link).toBeHidden();
    await page.getByLabel('Menu', { exact: true }).click();
    await link.click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Membros');
    await expect(link).toBeHidden();
    await alive(page);
  });

  test('the console speaks English when asked', async ({ page }) => {
    await open(page, at(NAVI, '/admin/members'));
    await choose(page, 'Idioma', 'English');
    await expect(page).toHaveURL(at(NAVI, '/admin/members'));
    await expect(page.getByText(/^\d+ members$/)).toBeVisible();
    await open(page, at(NAVI, '/admin'));
    await expect(page.getByText('R$5.00')).toBeVisible();
  });
});

test('who may only look is shown no more, and refused more', async ({ page, faults }) => {
  await open(page, at(NAVI, '/admin/sign-in'));
  await signIn(page, VIEWER.email, VIEWER.password);
  await expect(page).toHaveURL(at(NAVI, '/admin'));
  const entries = page.getByRole('navigation', { name: 'Navegação' }).getByRole('link');
  await expect(entries.filter({ hasText: 'Membros' })).toHaveCount(1);
  await expect(entries.filter({ hasText: 'Administradores' })).toHaveCount(0);
  await open(page, at(NAVI, '/admin/modules'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Módulos');
  await expect(page.getByText('Mudar', { exact: true })).toHaveCount(0);

  await open(page, at(NAVI, '/admin/documents'));
  await page.locator('tbody').getByRole('link').first().click();
  await expect(page.getByText('Só quem cuida dos membros abre documentos')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Aprovar' })).toHaveCount(0);

  await open(page, at(NAVI, '/admin/pix'));
  await expect(page.getByText('Taxa de resgate')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Salvar' })).toHaveCount(0);
  await open(page, at(NAVI, '/admin/legal/terms'));
  await expect(page.getByRole('article')).toHaveCount(2);
  await expect(page.getByRole('link', { name: /Escrever nova versão|Conferir rascunho/ })).toHaveCount(0);

  faults.announce(403);
  for (const path of ['/admin/administrators', '/admin/administrators/new', '/admin/pix/provider', '/admin/legal/terms/draft']) {
    expect((await open(page, at(NAVI, path))).status(), path).toBe(403);
    await expect(page.getByRole('alert')).toContainText('Seu papel não permite');
  }
  // The form that the page does not show.
  const session = (await page.context().cookies(at(NAVI))).find((cookie) => cookie.name === 'clube_session')!;
  const change = await page.request.post(platform('/_fn/admin/modules/change'), {
    headers: { 'x-tenant-slug': NAVI.slug, origin: new URL(platform()).origin, cookie: `${session.name}=${session.value}` },
    form: { module: 'cashback', state: 'off', default: 'off', reason: '' },
  });
  expect(change.status()).toBe(403);
});
