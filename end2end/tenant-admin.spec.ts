import type { APIRequestContext } from '@playwright/test';
import { alive, choose, expect, fact, open, send, signIn, test, told } from './journey';
import { EMPRESA_B, NAVI, PASSWORD, SUPER_ADMIN, VIEWER, at, platform } from './people';
import { totp, wrongTotp } from './totp';

const REFUSED = 'E-mail ou senha não conferem.';

/** A member of Clube Navi with money and a Pix key of their own, as their app speaks for them. */
async function memberOfNavi(request: APIRequestContext) {
  const club = { 'X-Tenant-Slug': NAVI.slug };
  const signedIn = await request.post(platform('/api/auth/login'), { headers: club, data: { email: 'ana@example.com', password: PASSWORD } });
  expect(signedIn.status()).toBe(200);
  const { accessToken, user } = await signedIn.json();
  const headers = { ...club, Authorization: `Bearer ${accessToken}` };
  const withdrawals = platform('/api/pix/withdrawals');
  const reads = async (id: string) => (await request.get(`${withdrawals}/${id}`, { headers })).json();
  const withdraws = async (key: string, amounts: string[]): Promise<string[]> => {
    const put = await request.put(platform('/api/profile/pix-key'), { headers, data: { type: 'cpf', key: user.cpf } });
    expect(put.status()).toBe(200);
    const deposit = await request.post(platform('/api/deposits'), { headers: { ...headers, 'Idempotency-Key': key }, data: { amount: '200.00' } });
    expect(deposit.status()).toBe(201);
    const { id } = await deposit.json();
    await expect
      .poll(async () => (await request.get(platform(`/api/deposits/${id}`), { headers })).json(), { timeout: 40_000 })
      .toMatchObject({ status: 'paid' });
    const ids = [];
    for (const amount of amounts) {
      const asked = await request.post(withdrawals, { headers: { ...headers, 'Idempotency-Key': `${key}-${amount}` }, data: { amount } });
      expect(asked.status()).toBe(201);
      ids.push((await asked.json()).id);
    }
    return ids;
  };
  return { name: `${user.firstName} ${user.lastName}`, reads, withdraws };
}

test.describe('the way in', () => {
  test('a wrong password and an unknown account are told the same', async ({ page, club }) => {
    await open(page, at(club, '/admin'));
    await expect(page).toHaveURL(at(club, '/admin/sign-in'));
    for (const email of [club.email, 'ninguem@example.com']) {
      await signIn(page, email, 'outra frase qualquer');
      await expect(page).toHaveURL(at(club, '/admin/sign-in'));
      await expect(page.getByRole('alert')).toHaveText(REFUSED);
      await expect(page.getByLabel('E-mail')).toHaveValue(email);
      await expect(page.getByLabel('Senha')).toHaveValue('');
    }
  });

  test('who guesses is asked to wait, and the owner who is in stays in', async ({ page, club, another }) => {
    await open(page, at(club, '/admin/sign-in'));
    await signIn(page, club.email, club.password);
    const guesser = await another();
    const guess = (password: string) =>
      guesser.request.post(platform('/_fn/sign-in'), {
        headers: { 'x-tenant-slug': club.slug, origin: new URL(platform()).origin },
        form: { email: club.email, password, next: '' },
      });
    const answers = await Promise.all([...Array(10).keys()].map((number) => guess(`palpite ${number}`)));
    expect(answers.map((answer) => answer.status())).toEqual(Array(10).fill(401));
    await open(guesser, at(club, '/admin/sign-in'));
    await signIn(guesser, club.email, 'palpite 10');
    await expect(guesser.getByRole('alert')).toHaveText(/^Muitas tentativas\. Espere \d+ s e tente de novo\.$/);
    await open(page, at(club, '/admin'));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Hoje');
  });

  test('signing in leads to the page that was asked for, signing out leads out', async ({ page, club }) => {
    await open(page, at(club, '/admin/members?kind=merchant'));
    await expect(page).toHaveURL(/\/admin\/sign-in\?next=/);
    await signIn(page, club.email, club.password);
    await expect(page).toHaveURL(at(club, '/admin/members?kind=merchant'));
    await expect(page.getByText('Nada com esses filtros')).toBeVisible();

    await choose(page, 'Conta', 'Sair');
    await expect(page).toHaveURL(at(club, '/admin/sign-in'));
    await told(page, 'Você saiu.');
    await open(page, at(club, '/admin'));
    await expect(page).toHaveURL(at(club, '/admin/sign-in'));
  });

  test('a page to go on to is on this site', async ({ page, club }) => {
    await open(page, at(club, '/admin/sign-in?next=//example.com/'));
    await signIn(page, club.email, club.password);
    await expect(page).toHaveURL(at(club, '/admin'));
  });

  test('a session of one club opens no other door', async ({ another, naviAdmin, faults }) => {
    const cookie = naviAdmin.cookies.find((cookie) => cookie.name === 'clube_session')!;
    const page = await another();
    const carry = (url: string) => page.context().addCookies([{ name: cookie.name, value: cookie.value, url }]);

    await carry(at(EMPRESA_B));
    await open(page, at(EMPRESA_B, '/admin/members'));
    await expect(page).toHaveURL(/\/\/empresa-b\..*\/admin\/sign-in/);
    await carry(platform());
    await open(page, platform('/super'));
    await expect(page).toHaveURL(platform('/super/sign-in'));
    // It was good all along, at home.
    await carry(at(NAVI));
    await open(page, at(NAVI, '/admin/members'));
    await expect(page).toHaveURL(at(NAVI, '/admin/members'));

    faults.announce(404);
    expect((await open(page, at(NAVI, '/super/tenants'))).status()).toBe(404);
  });

  test('the password of one club is none in another', async ({ page }) => {
    await open(page, at(EMPRESA_B, '/admin/sign-in'));
    await signIn(page, NAVI.email, NAVI.password);
    await expect(page.getByRole('alert')).toHaveText(REFUSED);
  });
});

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

  test('a withdrawal is approved and paid, another refused for a reason that the member reads', async ({ page, request }, { project }) => {
    test.slow(); // Deposits and payouts take the sandbox some seconds.
    const ana = await memberOfNavi(request);
    const [first, second] = await ana.withdraws(`journey-${project.name}-${process.pid}`, ['60.00', '70.00']);

    await open(page, at(NAVI, '/admin'));
    await page.getByRole('link', { name: 'Saques', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Saques');
    await expect(page.locator('dl').getByText('Para aprovar', { exact: true })).toBeVisible();
    await alive(page);
    const choices = page.getByRole('navigation', { name: 'Filtrar por status' });
    await expect(choices.getByRole('link', { name: 'Para aprovar', exact: true })).toHaveAttribute('aria-current', 'page');
    for (const id of [first, second]) {
      const row = page.locator('tbody tr').filter({ has: page.locator(`a[href$="${id}"]`) });
      await expect(row).toContainText(ana.name);
      await expect(row).toContainText('Para aprovar');
    }
    await alive(page);

    const there = at(NAVI, `/admin/withdrawals/${first}`);
    await open(page, there);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(ana.name);
    await expect(fact(page, 'Chega para o membro')).toHaveText(/^R\$\s58,50$/);
    const stale = await page.context().newPage();
    await open(stale, there);
    await send(page, 'Aprovar saque');
    await told(page, 'Saque aprovado.');
    // A second click, on a page that does not know yet.
    await send(stale, 'Aprovar saque');
    await told(stale, 'Saque aprovado.');
    await expect(stale.getByRole('button', { name: 'Aprovar saque' })).toHaveCount(0);
    await expect.poll(() => ana.reads(first), { timeout: 40_000 }).toMatchObject({ status: 'paid' });
    await open(page, there);
    await expect(page.getByRole('listitem').filter({ hasText: `Aprovado · ${NAVI.email}` })).toHaveCount(1);
    await expect(page.getByRole('listitem').filter({ hasText: 'Enviado ao banco' })).toHaveCount(1);

    await open(page, at(NAVI, `/admin/withdrawals/${second}`));
    await send(page, 'Recusar saque');
    await expect(page.getByLabel('Motivo')).toHaveAccessibleDescription(/Preencha este campo\./);
    await page.getByLabel('Motivo').fill('Confirme o seu cadastro.');
    await send(page, 'Recusar saque');
    await told(page, 'Saque recusado.');
    await expect(page.getByRole('listitem').filter({ hasText: `Recusado · ${NAVI.email}` })).toContainText('Confirme o seu cadastro.');
    expect(await ana.reads(second)).toMatchObject({ status: 'rejected', reason: 'Confirme o seu cadastro.' });
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

test.describe('a club of one’s own', () => {
  test.beforeEach(async ({ page, club }) => {
    await open(page, at(club, '/admin/sign-in'));
    await signIn(page, club.email, club.password);
    await expect(page).toHaveURL(at(club, '/admin'));
  });

  test('has no members yet, and says how they come', async ({ page, club }) => {
    for (const word of ['Membros', 'Consumidores', 'Lojas']) await expect(fact(page, word)).toHaveText('0');
    await open(page, at(club, '/admin/members'));
    await expect(page.getByText('0 membros', { exact: true })).toBeVisible();
    await expect(page.getByText('Nenhum membro ainda')).toBeVisible();
  });

  test('a module that is switched off is off for everybody at once', async ({ page, club, another }) => {
    const visitor = await another();
    await open(visitor, at(club));
    await expect(visitor.getByRole('heading', { name: 'Um exemplo, ao centavo' })).toBeVisible();

    const becomes = async (state: string, reason: string) => {
      await open(page, at(club, '/admin/modules'));
      const cashback = page.locator('section').filter({ hasText: 'A parte de cada compra que volta.' });
      await cashback.getByText('Mudar', { exact: true }).click();
      await cashback.getByLabel('No clube').selectOption(state);
      await cashback.getByLabel('Motivo').fill(reason);
      await send(page, cashback.getByRole('button', { name: 'Salvar' }));
      await told(page, 'Módulo alterado. Já vale para todos os membros.');
      await expect(cashback).toContainText(state);
      await expect(cashback).toContainText(`Definido por ${club.email} em`);
      await expect(cashback).toContainText(`· ${reason}`);
    };

    await open(page, at(club, '/admin/modules'));
    await expect(page.getByText(`Definido por ${SUPER_ADMIN.email} em `)).toHaveCount(3);
    await becomes('Desligado', 'Balanço de fim de ano');
    await open(visitor, at(club));
    await expect(visitor.getByRole('heading', { name: 'O cashback deste clube está pausado no momento.' })).toBeVisible();
    await expect(visitor.getByText('Um exemplo, ao centavo')).toHaveCount(0);
    await becomes('Ligado', 'Balanço feito');
    await open(visitor, at(club));
    await expect(visitor.getByRole('heading', { name: 'Um exemplo, ao centavo' })).toBeVisible();
  });

  test('a new password replaces the old one and ends the other sessions', async ({ page, club, another }) => {
    const other = await another();
    await open(other, at(club, '/admin/sign-in'));
    await signIn(other, club.email, club.password);
    await expect(other).toHaveURL(at(club, '/admin'));

    await open(page, at(club, '/admin/account'));
    const change = async (current: string, next: string) => {
      await page.getByLabel('Senha atual').fill(current);
      await page.getByLabel('Nova senha').fill(next);
      await send(page, 'Trocar senha');
    };
    await change('não é esta', 'uma frase bem nova');
    await expect(page.getByRole('alert')).toHaveText('Confira os campos marcados.');
    await expect(page.getByLabel('Senha atual')).toHaveAccessibleDescription('Não confere.');
    await expect(page.getByLabel('Senha atual')).toBeFocused();
    await change(club.password, 'curta');
    await expect(page.getByLabel('Nova senha')).toHaveAccessibleDescription(/Está curto demais\./);
    await change(club.password, 'uma frase bem nova');
    await told(page, 'Senha alterada. As outras sessões foram encerradas.');

    await open(other, at(club, '/admin'));
    await expect(other).toHaveURL(at(club, '/admin/sign-in'));
    await signIn(other, club.email, club.password);
    await expect(other.getByRole('alert')).toHaveText(REFUSED);
    await signIn(other, club.email, 'uma frase bem nova');
    await expect(other).toHaveURL(at(club, '/admin'));
  });

  test('two steps: set up, sign in by app and by recovery code, turn off', async ({ page, club, another }) => {
    await open(page, at(club, '/admin/account'));
    await page.getByRole('link', { name: 'Configurar' }).click();
    await expect(page).toHaveURL(at(club, '/admin/account/two-step'));
    await alive(page);
    await expect(page.getByRole('img', { name: 'Código QR para o aplicativo autenticador' })).toBeVisible();
    const key = await page.getByRole('main').locator('code').innerText();

    await page.getByLabel('Código', { exact: true }).fill(wrongTotp(key));
    await send(page, 'Ativar');
    await expect(page.getByLabel('Código', { exact: true })).toHaveAccessibleDescription('Não confere.');
    await expect(page.getByRole('main').locator('code')).toHaveText(key);
    await page.getByLabel('Código', { exact: true }).fill(totp(key));
    await send(page, 'Ativar');
    await told(page, 'Verificação em duas etapas ativada.');
    const recovery = await page.getByRole('region', { name: 'Códigos de recuperação' }).getByRole('listitem').allInnerTexts();
    expect(new Set(recovery).size).toBe(10);
    await page.reload();
    await alive(page);
    await expect(page.getByText(recovery[0])).toHaveCount(0);

    const visitor = await another();
    const entered = async (code: string) => {
      await open(visitor, at(club, '/admin/sign-in'));
      await signIn(visitor, club.email, club.password);
      await expect(visitor).toHaveURL(at(club, '/admin/sign-in/code'));
      await visitor.getByLabel('Código', { exact: true }).fill(code);
      await send(visitor, 'Confirmar');
    };
    const leave = async () => {
      await expect(visitor).toHaveURL(at(club, '/admin'));
      await choose(visitor, 'Conta', 'Sair');
    };
    await entered(wrongTotp(key));
    await expect(visitor.getByRole('alert')).toHaveText(/O código não confere/);
    // Half a session opens nothing.
    await open(visitor, at(club, '/admin'));
    await expect(visitor).toHaveURL(at(club, '/admin/sign-in'));
    // Each code counts once: the next one of the app is taken a step early.
    await entered(totp(key, 1));
    await leave();
    await entered(recovery[0]);
    await leave();
    await entered(recovery[0]);
    await expect(visitor.getByRole('alert')).toHaveText(/O código não confere/);

    await open(page, at(club, '/admin/account'));
    await page.locator('summary').filter({ hasText: 'Desativar' }).click();
    await page.getByLabel('Confirme com a sua senha').fill(club.password);
    await send(page, 'Desativar');
    await told(page, 'Verificação em duas etapas desativada.');
    await open(visitor, at(club, '/admin/sign-in'));
    await signIn(visitor, club.email, club.password);
    await expect(visitor).toHaveURL(at(club, '/admin'));
  });

  test('a colleague is added, changed, blocked and let in again', async ({ page, club, another }) => {
    const colleague = { name: 'Bia Reis', email: `bia@${club.slug}.example` };
    const add = async (name: string) => {
      await page.getByLabel('Nome').fill(name);
      await page.getByLabel('E-mail').fill(colleague.email);
      await page.getByLabel('Papel').selectOption('operator');
      await send(page, 'Adicionar administrador');
    };
    await open(page, at(club, '/admin/administrators'));
    await expect(page.getByText('1 administrador', { exact: true })).toBeVisible();
    await page.getByRole('link', { name: 'Adicionar administrador' }).click();
    await expect(page).toHaveURL(at(club, '/admin/administrators/new'));
    await alive(page);
    await add('');
    await expect(page.getByLabel('Nome')).toHaveAccessibleDescription('Preencha este campo.');
    await expect(page.getByLabel('Papel')).toHaveValue('operator');
    await add(colleague.name);
    await expect(page).toHaveURL(at(club, '/admin/administrators'));
    await told(page, 'Administrador adicionado.');
    await expect(page.getByText('2 administradores', { exact: true })).toBeVisible();
    await expect(fact(page, 'E-mail')).toHaveText(colleague.email);
    const password = await fact(page, 'Senha').locator('code').innerText();
    await page.reload();
    await alive(page);
    await expect(page.getByText(password)).toHaveCount(0);

    const visitor = await another();
    const enters = async (secret: string) => {
      await open(visitor, at(club, '/admin/sign-in'));
      await signIn(visitor, colleague.email, secret);
    };
    await enters(password);
    await expect(visitor).toHaveURL(at(club, '/admin'));

    await page.getByRole('link', { name: colleague.name }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(colleague.name);
    await alive(page);
    await page.getByLabel('Nome').fill('Bia dos Reis');
    await page.getByLabel('Papel').selectOption('viewer');
    await send(page, 'Salvar');
    await told(page, 'Administrador alterado.');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bia dos Reis');
    await expect(fact(page, 'Papel')).toHaveText('Leitura');

    await send(page, 'Bloquear');
    await told(page, 'Administrador bloqueado. As sessões foram encerradas.');
    await open(visitor, at(club, '/admin'));
    await expect(visitor).toHaveURL(at(club, '/admin/sign-in'));
    await signIn(visitor, colleague.email, password);
    await expect(visitor.getByRole('alert')).toHaveText(REFUSED);
    await send(page, 'Desbloquear');
    await told(page, 'Administrador desbloqueado.');
    // Clicked twice, it is one password all the same.
    const answered = page.waitForEvent('domcontentloaded');
    await page.getByRole('button', { name: 'Criar senha nova' }).dblclick();
    await answered;
    await alive(page);
    await told(page, 'Senha nova criada. As sessões foram encerradas.');
    const renewed = await fact(page, 'Senha').locator('code').innerText();
    await enters(renewed);
    await expect(visitor).toHaveURL(at(club, '/admin'));
  });

  test('nobody takes their own rights away', async ({ page, club }) => {
    await open(page, at(club, '/admin/administrators'));
    await page.locator('tbody').getByRole('link').click();
    await expect(page.getByRole('heading', { name: 'Esta conta é sua' })).toBeVisible();
    await alive(page);
    for (const button of ['Bloquear', 'Criar senha nova']) await expect(page.getByRole('button', { name: button })).toHaveCount(0);
    await expect(page.getByLabel('Papel')).toHaveCount(0);
    await page.getByLabel('Nome').fill('Dona Júlia');
    await send(page, 'Salvar');
    await told(page, 'Administrador alterado.');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dona Júlia');
  });

  test('open sessions are listed, and one can be ended from another', async ({ page, club, another }) => {
    const other = await another({ userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1' });
    await open(other, at(club, '/admin/sign-in'));
    await signIn(other, club.email, club.password);
    await expect(other).toHaveURL(at(club, '/admin'));

    await open(page, at(club, '/admin/account'));
    const rows = page.getByRole('table', { name: 'Sessões' }).locator('tbody tr');
    await expect(rows).toHaveCount(2);
    const own = rows.filter({ hasText: 'Esta sessão' });
    const foreign = rows.filter({ hasText: 'Safari · iPhone' });
    await expect(own).toHaveCount(1);
    await expect(own.getByRole('button', { name: 'Encerrar' })).toHaveCount(0);
    await send(page, foreign.getByRole('button', { name: 'Encerrar' }));
    await told(page, 'Sessão encerrada.');
    await expect(rows).toHaveCount(1);

    await open(other, at(club, '/admin/members'));
    await expect(other).toHaveURL(/\/admin\/sign-in\?next=/);
  });
});
