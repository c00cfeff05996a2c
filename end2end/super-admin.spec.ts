import { alive, choose, describe, expect, fact, open, send, signIn, test, told } from './journey';
import { EMPRESA_B, NAVI, SUPER_ADMIN, at, platform } from './people';

test('the platform is for those who sign in', async ({ page }) => {
  await open(page, platform());
  await expect(page).toHaveURL(platform('/super/sign-in'));
  await open(page, platform('/super/tenants/clube-navi'));
  await expect(page).toHaveURL(/\/super\/sign-in\?next=/);
  await signIn(page, SUPER_ADMIN.email, 'não é esta');
  await expect(page.getByRole('alert')).toHaveText('E-mail ou senha não conferem.');
  await signIn(page, NAVI.email, NAVI.password);
  await expect(page.getByRole('alert')).toHaveText('E-mail ou senha não conferem.');
  await signIn(page, SUPER_ADMIN.email, SUPER_ADMIN.password);
  await expect(page).toHaveURL(platform('/super/tenants/clube-navi'));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(NAVI.name);
  await choose(page, 'Conta', 'Sair');
  await open(page, platform('/super'));
  await expect(page).toHaveURL(platform('/super/sign-in'));
});

test.describe('the console of the platform', () => {
  test.use({ storageState: ({ superAdmin }, use) => use(superAdmin) });

  test('counts the clubs and shows the newest', async ({ page, club }) => {
    await open(page, platform('/super'));
    const [total, live] = await Promise.all(['Clubes', 'No ar'].map(async (word) => Number(await fact(page, word).innerText())));
    expect(total).toBeGreaterThanOrEqual(3);
    expect(live).toBeGreaterThanOrEqual(2);
    await page.getByRole('link', { name: club.name }).click();
    await expect(page).toHaveURL(platform(`/super/tenants/${club.slug}`));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(club.name);
    await alive(page);
  });

  test('clubs are searched and filtered, and the address keeps it', async ({ page }) => {
    await open(page, platform('/super/tenants'));
    const rows = page.locator('tbody tr');
    await page.getByRole('main').getByRole('searchbox').fill('empresab.example');
    await send(page, 'Filtrar');
    await expect(page).toHaveURL(/\?q=empresab\.example/);
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText(EMPRESA_B.name);
    await expect(page.getByText(/^1 de \d+ clubes$/)).toBeVisible();

    await page.getByLabel('Plano').selectOption('Pro');
    await send(page, 'Filtrar');
    await expect(page.getByText('Nenhum clube combina com a busca e os filtros acima.')).toBeVisible();
    await expect(page.getByRole('main').getByRole('searchbox')).toHaveValue('empresab.example');
    await page.getByRole('link', { name: 'Limpar filtros' }).first().click();
    await expect(page).toHaveURL(platform('/super/tenants'));
    await expect(rows.filter({ hasText: NAVI.slug })).toHaveCount(1);
    await alive(page);

    await page.getByLabel('Status').selectOption('Ativo');
    await page.getByLabel('Plano').selectOption('Pro');
    await send(page, 'Filtrar');
    await expect(rows.filter({ hasText: NAVI.slug })).toHaveCount(1);
    await expect(rows.filter({ hasText: EMPRESA_B.slug })).toHaveCount(0);
    await page.getByRole('link', { name: NAVI.name }).click();
    await expect(page).toHaveURL(platform('/super/tenants/clube-navi'));
    await alive(page);
    await page.goBack();
    await expect(page.getByLabel('Status')).toHaveValue('active');
    await expect(page.getByLabel('Plano')).toHaveValue('PRO');
    await alive(page);
  });

  test('a club is made in one form, and its administrator signs in a moment later', async ({ page, another }, { project }) => {
    const slug = `feira-${project.name}`;
    const club = { slug, name: 'Clube da Feira', email: `dona@${slug}.example`, password: 'uma frase da feira' };
    await open(page, platform('/super/tenants'));
    await page.getByRole('link', { name: 'Criar clube' }).click();
    await expect(page).toHaveURL(platform('/super/tenants/new'));
    await alive(page);
    await expect(page.getByLabel('Nome')).toBeFocused();
    expect((await page.getByLabel('Senha do administrador').inputValue()).length).toBeGreaterThanOrEqual(16);

    // Wrong: said at each field, and what was typed is kept, but for the password.
    await describe(page, club);
    await page.getByLabel('Endereço').fill('Feira!');
    await page.getByLabel('CNPJ ou CPF').fill('11.222.333/0001-82');
    await page.getByLabel('Plano').selectOption('Enterprise');
    await send(page, 'Criar clube');
    await expect(page).toHaveURL(platform('/super/tenants/new'));
    await expect(page.getByRole('alert')).toHaveText('Confira os campos marcados.');
    await expect(page.getByLabel('CNPJ ou CPF')).toHaveAccessibleDescription(/O dígito verificador não confere/);
    await expect(page.getByLabel('Endereço')).toHaveAccessibleDescription(/O formato não confere/);
    await expect(page.getByLabel('Endereço')).toBeFocused();
    await expect(page.getByLabel('Endereço')).toHaveValue('Feira!');
    await expect(page.getByLabel('Nome')).toHaveValue(club.name);
    await expect(page.getByLabel('E-mail')).toHaveValue(club.email);
    await expect(page.getByLabel('Plano')).toHaveValue('ENTERPRISE');
    await expect(page.getByLabel('Senha do administrador')).not.toHaveValue(club.password);
    await expect(page.getByLabel('Nome')).not.toHaveAttribute('aria-invalid', 'true');

    // Another's address.
    await describe(page, { ...club, slug: NAVI.slug });
    await send(page, 'Criar clube');
    await expect(page.getByRole('main')).toContainText(/já é de outro clube|Já está em uso/);
    await expect(page.getByLabel('Endereço')).toHaveValue(NAVI.slug);

    // A reserved one.
    await describe(page, { ...club, slug: 'super' });
    await send(page, 'Criar clube');
    await expect(page.getByLabel('Endereço')).toHaveAccessibleDescription(/Este nome é reservado/);

    await describe(page, club);
    await send(page, 'Criar clube');
    await expect(page).toHaveURL(platform(`/super/tenants/${slug}`));
    await told(page, 'Clube criado e no ar.');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(club.name);
    await expect(page.getByRole('main')).toContainText('Em teste');
    await expect(fact(page, 'Plano')).toHaveText('Enterprise');
    await expect(fact(page, 'CNPJ ou CPF')).toHaveText('11.222.333/0001-81');
    await expect(fact(page, 'Saque · Mínimo')).toHaveText(/R\$\s50,00/);
    await expect(page.getByRole('table', { name: 'Administradores' })).toContainText(club.email);
    await expect(page.locator('dd').filter({ hasText: /^clube_digital_feira/ }).first()).toBeVisible();

    const visitor = await another({ storageState: undefined });
    await open(visitor, (await page.getByRole('link', { name: at(slug).replace(/\/$/, ''), exact: true }).getAttribute('href'))!);
    await expect(visitor).toHaveURL(at(slug));
    await expect(visitor).toHaveTitle(club.name);
    await open(visitor, at(slug, '/admin'));
    await signIn(visitor, club.email, club.password);
    await expect(visitor.getByRole('heading', { level: 1 })).toHaveText('Hoje');
    await open(page, platform(`/super/tenants/${slug}`));
    await expect(page.getByRole('table', { name: 'Administradores' })).not.toContainText('Nunca entrou');
  });

  test('the address follows the name while nobody typed one', async ({ page, javaScriptEnabled }) => {
    test.skip(!javaScriptEnabled, 'a suggestion is the program’s');
    await open(page, platform('/super/tenants/new'));
    await page.getByLabel('Nome').pressSequentially('Clube São João');
    await expect(page.getByLabel('Endereço')).toHaveValue('clube-sao-joao');
    await page.getByLabel('Endereço').fill('meu');
    await page.getByLabel('Nome').pressSequentially(' do Vale');
    await expect(page.getByLabel('Endereço')).toHaveValue('meu');
  });

  test('plan and status change after a look at before and after', async ({ page, club, another }) => {
    await open(page, platform(`/super/tenants/${club.slug}`));
    await page.getByLabel('Status', { exact: true }).selectOption('Ativo');
    await page.getByLabel('Assinatura', { exact: true }).selectOption('Em atraso');
    await page.getByLabel('Plano', { exact: true }).selectOption('Pro');
    await page.getByLabel('Fuso horário', { exact: true }).selectOption('Rio Branco (UTC−5)');
    await send(page, 'Rever mudança');
    await expect(page).toHaveURL(/\/review\?/);
    const line = (word: string) => fact(page, word);
    await expect(line('Status')).toHaveText(/Em teste\s*Ativo/);
    await expect(line('Assinatura')).toHaveText(/Em teste\s*Em atraso/);
    await expect(line('Plano')).toHaveText(/Básico\s*Pro/);
    await expect(line('Fuso horário')).toHaveText(/Brasília \(UTC−3\)\s*Rio Branco \(UTC−5\)/);
    await expect(page.getByText('A mudança fica no registro de auditoria com o seu nome.')).toBeVisible();
    await send(page, 'Salvar mudança');
    await expect(page).toHaveURL(platform(`/super/tenants/${club.slug}`));
    await told(page, 'Clube alterado. Já vale em todo lugar.');
    await expect(fact(page, 'Plano')).toHaveText('Pro');
    await expect(fact(page, 'Assinatura')).toHaveText('Em atraso');

    // Late payment: served, and its administrator is told.
    const owner = await another({ storageState: undefined });
    await open(owner, at(club, '/admin/sign-in'));
    await signIn(owner, club.email, club.password);
    await expect(owner.getByText('Há um pagamento do clube em atraso com a plataforma.')).toBeVisible();

    // And reads the hours of its own clocks.
    await open(owner, at(club, '/admin/account'));
    const began = owner.getByRole('main').locator('time').first();
    const there = new Date(Date.parse((await began.getAttribute('datetime'))!) - 5 * 3_600_000);
    await expect(began).toContainText(there.toISOString().slice(11, 16));

    await send(page, 'Rever mudança');
    await expect(page.getByText('Nada muda')).toBeVisible();
  });

  test('taking a club off the air asks for its name', async ({ page, club }) => {
    await open(page, platform(`/super/tenants/${club.slug}/review?status=cancelled`));
    await expect(page.getByText('Membros e administradores deixam de entrar no clube assim que você salvar.')).toBeVisible();
    const confirm = page.getByLabel(`Digite ${club.slug} para confirmar`);
    await confirm.fill('outro-clube');
    await send(page, 'Salvar mudança');
    await expect(page).toHaveURL(/\/review\?status=cancelled$/);
    await expect(confirm).toHaveAccessibleDescription('Não confere.');
    await confirm.fill(club.slug);
    await send(page, 'Salvar mudança');
    await expect(page.getByRole('main')).toContainText('Cancelado');
    await expect(page.getByText('O clube não está no ar')).toBeVisible();
  });

  test('a domain is added, waits for its proof, and is let go', async ({ page, club, faults }) => {
    faults.announce(404);
    await open(page, platform(`/super/tenants/${club.slug}`));
    const field = page.getByLabel('Domínio', { exact: true });
    await field.fill('outro.localhost');
    await send(page, 'Adicionar domínio');
    await expect(field).toHaveAccessibleDescription(/Este endereço é da plataforma\./);
    await expect(field).toHaveValue('outro.localhost');

    const domain = `${club.slug}.example`;
    await field.fill(` ${domain.toUpperCase()}. `);
    await send(page, 'Adicionar domínio');
    await told(page, 'Domínio adicionado.');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(domain);
    await expect(fact(page, 'Tipo')).toHaveText('TXT');
    await expect(fact(page, 'Nome').locator('code')).toHaveText(`_clube-digital.${domain}`);
    await expect(fact(page, 'Valor').locator('code')).toHaveText(/^[\w-]{43}$/);
    await expect(page.getByText(`CNAME para ${club.slug}.localhost`)).toBeVisible();

    await send(page, 'Verificar agora');
    await expect(page.getByRole('alert')).toHaveText('O DNS não respondeu a tempo. Tente de novo em instantes.');
    await expect(page.getByText('Espera a prova')).toBeVisible();

    const here = page.url();
    await page.getByRole('link', { name: 'Voltar ao clube' }).click();
    await expect(page.getByRole('link', { name: domain })).toBeVisible();
    await page.getByRole('link', { name: domain }).click();
    await expect(page).toHaveURL(here);
    await send(page, 'Remover domínio');
    await told(page, 'Domínio removido.');
    await expect(page.getByRole('link', { name: domain })).toHaveCount(0);
    expect((await open(page, here)).status()).toBe(404);
  });

  test('a club that does not exist says so', async ({ page, faults }) => {
    faults.announce(404);
    for (const path of ['/super/tenants/ninguem', '/super/tenants/ninguem/review?plan=PRO']) {
      expect((await open(page, platform(path))).status(), path).toBe(404);
      await expect(page.getByRole('alert')).toContainText('Não encontramos');
    }
  });

  test('the account page is there too', async ({ page }) => {
    await open(page, platform('/super/account'));
    await expect(fact(page, 'E-mail')).toHaveText(SUPER_ADMIN.email);
    await expect(fact(page, 'Papel')).toHaveText('Responsável');
    await expect(page.getByRole('table', { name: 'Sessões' }).getByText('Esta sessão')).toHaveCount(1);
  });
});
