import { REFUSED, alive, choose, expect, fact, open, send, signIn, test, told } from './journey';
import { SUPER_ADMIN, at } from './people';
import { totp, wrongTotp } from './totp';

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
