import { type Page } from '@playwright/test';
import { alive, expect, fact, open, send, signIn, test, told } from './journey';
import { NAVI, at } from './people';

const SECRET = 'segredo-que-ninguem-ve';
const KEY = '-----BEGIN NADA-----';

/** A card by its heading. */
const card = (page: Page, title: string) => page.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

/** Describes an account at an institution. */
async function describe(page: Page, account: Record<string, string> = {}): Promise<void> {
  const fields = {
    'Endereço da API': 'https://pix.invalid/v2',
    'Endereço dos tokens de acesso': 'https://pix.invalid/oauth/token',
    'Client ID': 'clube-1',
    'Client secret': SECRET,
    'Chave Pix do clube': 'ajuda@example.com',
    Nome: 'Clube Jornada',
    Cidade: 'Recife',
    ...account,
  };
  await page.getByLabel('Instituição').selectOption('Efí');
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
}

test.describe('the money settings of a club', () => {
  test.beforeEach(async ({ page, club }) => {
    await open(page, at(club, '/admin/sign-in'));
    await signIn(page, club.email, club.password);
    await expect(page).toHaveURL(at(club, '/admin'));
  });

  test('limits change, and what cannot hold is told at its field', async ({ page, club }) => {
    await open(page, at(club, '/admin/pix'));
    const [withdrawals, deposits, levels] = ['Saques', 'Depósitos', 'Saques por dia, pelo nível do membro'].map((title) => card(page, title));
    const daily = withdrawals.getByLabel('Limite por dia');
    await expect(withdrawals.getByLabel('Valor mínimo')).toHaveValue('50,00');
    await expect(daily).toHaveValue('');
    await daily.fill('10,00');
    await send(page, withdrawals.getByRole('button', { name: 'Salvar' }));
    await expect(daily).toHaveAccessibleDescription(/^É menos que o valor mínimo\./);
    await expect(daily).toHaveValue('10,00');
    await daily.fill('R$ 1.500,00');
    await withdrawals.getByLabel('Aprovar sozinho até').fill('100');
    await withdrawals.getByLabel('Taxa de resgate').fill('1,25');
    await send(page, withdrawals.getByRole('button', { name: 'Salvar' }));
    await told(page, 'Salvo. Já vale.');
    await open(page, at(club, '/admin/pix'));
    await expect(daily).toHaveValue('1.500,00');
    await expect(withdrawals.getByLabel('Aprovar sozinho até')).toHaveValue('100,00');
    await expect(withdrawals.getByLabel('Taxa de resgate')).toHaveValue(/^1,25\s%$/);

    await deposits.getByLabel('Valor mínimo').fill('muito');
    await deposits.getByLabel('Cobranças abertas por membro').fill('2');
    await send(page, deposits.getByRole('button', { name: 'Salvar' }));
    await expect(deposits.getByLabel('Valor mínimo')).toHaveAccessibleDescription(/^O formato não confere\./);
    await deposits.getByLabel('Valor mínimo').fill('5');
    await send(page, deposits.getByRole('button', { name: 'Salvar' }));
    await told(page, 'Salvo. Já vale.');
    await expect(deposits.getByLabel('Cobranças abertas por membro')).toHaveValue('2');

    await levels.getByLabel('0 · pela palavra').fill('500');
    await levels.getByLabel('1 · identidade conferida').fill('100');
    await send(page, levels.getByRole('button', { name: 'Salvar' }));
    await expect(levels.getByLabel('1 · identidade conferida')).toHaveAccessibleDescription('Não pode ser menos que o do nível anterior.');
  });

  test('when cashback can be spent and what a merchant may owe change with one form', async ({ page, club }) => {
    await open(page, at(club, '/admin/pix'));
    const cashback = card(page, 'Cashback');
    const [days, credit] = ['Dias até liberar o cashback', 'Crédito do lojista'].map((label) => cashback.getByLabel(label));
    await expect(days).toHaveValue('0');
    await expect(credit).toHaveValue('0,00');
    await days.fill('366');
    await credit.fill('1.000,00');
    await send(page, cashback.getByRole('button', { name: 'Salvar' }));
    await expect(days).toHaveAccessibleDescription(/^Está fora do permitido\./);
    await expect(credit).toHaveValue('1.000,00');
    await days.fill('30');
    await send(page, cashback.getByRole('button', { name: 'Salvar' }));
    await told(page, 'Salvo. Já vale.');
    await open(page, at(club, '/admin/pix'));
    await expect(days).toHaveValue('30');
    await expect(credit).toHaveValue('1.000,00');
  });

  test('an institution is chosen, and its secrets are shown to nobody', async ({ page, club }) => {
    await open(page, at(club, '/admin/pix'));
    await expect(page.getByText('O dinheiro aqui é de teste.')).toBeVisible();
    await page.getByRole('link', { name: 'Trocar instituição' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Trocar instituição');
    await alive(page);
    await expect(page.getByLabel('Client secret')).toBeHidden();
    await describe(page, { 'Chave Pix do clube': '11144477735' });
    await send(page, 'Escolher instituição');
    await expect(page.getByLabel('Chave Pix do clube')).toHaveAccessibleDescription(/^Pode ser CPF ou telefone\./);
    await expect(page.getByLabel('Client ID')).toHaveValue('clube-1');
    await expect(page.getByLabel('Client secret')).toHaveValue('');

    await describe(page, { 'Endereço da API': 'http://pix.invalid/v2' });
    await send(page, 'Escolher instituição');
    await expect(page.getByLabel('Endereço da API')).toHaveAccessibleDescription(/^O endereço começa com https:\/\/\./);
    await describe(page, { 'Certificado e chave privada (PEM)': KEY });
    await send(page, 'Escolher instituição');
    await expect(page.getByLabel('Certificado e chave privada (PEM)')).toHaveAccessibleDescription(/^O formato não confere\./);
    await describe(page);
    await send(page, 'Escolher instituição');
    await told(page, 'Instituição escolhida.');

    const shown = card(page, 'Instituição');
    await expect(fact(page, 'Instituição')).toHaveText('Efí');
    await expect(fact(page, 'Credenciais')).toHaveText('Guardadas');
    await expect(shown.getByText('A instituição ainda não avisa o clube')).toBeVisible();
    await send(page, 'Pedir os avisos de novo');
    await expect(shown.getByRole('alert')).toContainText('Instituições só avisam por HTTPS');
    for (const path of ['/admin/pix', '/admin/pix/provider']) {
      const answer = await (await open(page, at(club, path))).text();
      for (const secret of [SECRET, 'NADA']) expect(answer).not.toContain(secret);
    }
    await expect(page.getByLabel('Endereço da API')).toHaveValue('https://pix.invalid/v2');
    await expect(page.getByLabel('Client secret')).toHaveValue('');

    await page.getByLabel('Instituição').selectOption('Ambiente de teste');
    await send(page, 'Escolher instituição');
    await told(page, 'Instituição escolhida.');
    await expect(page.getByText('O dinheiro aqui é de teste.')).toBeVisible();
  });
});

test('played money never becomes real', async ({ another, naviAdmin }) => {
  const page = await another({ storageState: naviAdmin });
  await open(page, at(NAVI, '/admin/pix/provider'));
  await describe(page);
  await send(page, 'Escolher instituição');
  await expect(page.getByLabel('Instituição')).toHaveAccessibleDescription(/Há depósitos esperando|Há saques em aberto|Há devoluções em andamento|Ainda há dinheiro do clube/);
});
