import type { APIRequestContext, Page } from '@playwright/test';
import { alive, expect, fact, open, send, signIn, test, told } from './journey';
import { type Club, EMPRESA_B, NAVI, PASSWORD, at, platform } from './people';

/** What a club's console says of its members, and what it decides for them: documents, Pix without an owner, the way in. */

const ANA = { firstName: 'Ana', lastName: 'Souza', email: 'ana@example.com', password: 'capivara no lago 7' };
const CPF = '111.444.777-35';
/** Two pixels by two. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR42mMQaHAAIgYIBQAWDgNBycJQfAAAAABJRU5ErkJggg==',
  'base64',
);

/** A member of the club, as the club's app acts for them. */
class Member {
  private constructor(
    private readonly request: APIRequestContext,
    private readonly club: Club,
    private readonly token: string,
  ) {}

  static async join(request: APIRequestContext, club: Club): Promise<Member> {
    const joined = await request.post(platform('/api/auth/register'), {
      headers: { 'X-Tenant-Slug': club.slug },
      data: { ...ANA, userType: 'consumer', cpf: CPF },
    });
    expect(joined.status()).toBe(201);
    return new Member(request, club, (await joined.json()).accessToken);
  }

  /** A member of the demo. */
  static async of(request: APIRequestContext, club: Club, email: string): Promise<Member> {
    const signedIn = await request.post(platform('/api/auth/login'), {
      headers: { 'X-Tenant-Slug': club.slug },
      data: { email, password: PASSWORD },
    });
    expect(signedIn.status()).toBe(200);
    return new Member(request, club, (await signedIn.json()).accessToken);
  }

  private get headers() {
    return { 'X-Tenant-Slug': this.club.slug, Authorization: `Bearer ${this.token}` };
  }

  async sends(kind: string): Promise<void> {
    const sent = await this.request.post(platform('/api/user-documents'), {
      headers: this.headers,
      multipart: { kind, file: { name: 'photo.png', mimeType: 'image/png', buffer: PICTURE } },
    });
    expect(sent.status()).toBe(201);
  }

  /** The newest document, as its owner sees it. */
  async newest() {
    const list = await this.request.get(platform('/api/user-documents'), { headers: this.headers });
    return (await list.json()).data[0];
  }

  async wallet() {
    return (await this.request.get(platform('/api/wallet'), { headers: this.headers })).json();
  }

  async signsIn(): Promise<number> {
    const { email, password } = ANA;
    const answer = await this.request.post(platform('/api/auth/login'), {
      headers: { 'X-Tenant-Slug': this.club.slug },
      data: { email, password },
    });
    return answer.status();
  }
}

async function enter(page: Page, club: Club): Promise<void> {
  await open(page, at(club, '/admin/sign-in'));
  await signIn(page, club.email, club.password);
  await expect(page).toHaveURL(at(club, '/admin'));
}

test('a document is refused with its reason, sent again and approved', async ({ page, club, request }) => {
  const ana = await Member.join(request, club);
  await ana.sends('identity_front');
  await enter(page, club);

  const look = async () => {
    const picture = page.waitForResponse((answer) => answer.url().endsWith('/content'));
    await page.getByRole('link', { name: 'Ana Souza' }).click();
    expect((await picture).status()).toBe(200);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Identidade, frente');
    await expect(fact(page, 'CPF')).toHaveText(CPF);
    await expect(fact(page, 'CNPJ')).toHaveText('Não informado');
    await alive(page);
  };
  await page.getByRole('link', { name: 'Documentos para conferir' }).click();
  await expect(page).toHaveURL(at(club, '/admin/documents'));
  await expect(page.getByText('1 documento para conferir', { exact: true })).toBeVisible();
  await look();
  await send(page, 'Recusar');
  await expect(page.getByLabel('Motivo')).toHaveAccessibleDescription(/^Preencha este campo\./);
  await page.getByLabel('Motivo').fill('A foto está fora de foco.');
  await send(page, 'Recusar');
  await told(page, 'Documento recusado. O membro foi avisado do motivo.');
  await expect(page.getByText('Nenhum documento para conferir')).toBeVisible();
  expect(await ana.newest()).toMatchObject({ status: 'refused', reason: 'A foto está fora de foco.' });

  await ana.sends('identity_front');
  await open(page, at(club, '/admin/documents'));
  await look();
  await expect(page.getByRole('link', { name: 'Identidade, frente' })).toHaveCount(1);
  const here = page.url();
  await send(page, 'Aprovar');
  await told(page, 'Documento aprovado. O membro foi avisado.');
  expect(await ana.newest()).toMatchObject({ status: 'approved', reason: null });
  await open(page, here);
  await expect(fact(page, 'Conferido')).toContainText(`por ${club.email}`);
  await expect(page.getByRole('button', { name: 'Aprovar' })).toHaveCount(0);
});

test('a member is blocked with a reason, and let in again', async ({ page, club, request }) => {
  const ana = await Member.join(request, club);
  await enter(page, club);
  await open(page, at(club, '/admin/members'));
  await page.getByRole('link', { name: 'Ana Souza' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ana Souza');
  await expect(fact(page, 'Disponível')).toHaveText(/^R\$\s0,00$/);
  await expect(page.getByText('Nenhum movimento ainda')).toBeVisible();
  await alive(page);

  const reason = page.locator('section').filter({ has: page.getByRole('button', { name: /loquear$/ }) }).getByLabel('Motivo');
  await send(page, 'Bloquear');
  await expect(reason).toHaveAccessibleDescription(/^Preencha este campo\./);
  expect(await ana.signsIn()).toBe(200);
  await reason.fill('Pedido do próprio membro');
  await send(page, 'Bloquear');
  await told(page, 'Membro bloqueado. As sessões foram encerradas.');
  await expect(page.getByText('Bloqueado', { exact: true })).toBeVisible();
  expect(await ana.signsIn()).not.toBe(200);
  await reason.fill('Confirmou por telefone');
  await send(page, 'Desbloquear');
  await told(page, 'Membro desbloqueado.');
  expect(await ana.signsIn()).toBe(200);
});

test('a number that is somebody else’s is freed, and set right', async ({ page, club, request }) => {
  await Member.join(request, club);
  await enter(page, club);
  await open(page, at(club, '/admin/members'));
  await page.getByRole('link', { name: 'Ana Souza' }).click();
  await expect(fact(page, 'CPF')).toHaveText(CPF);
  await alive(page);

  const who = page.locator('section').filter({ has: page.getByText('Corrigir telefone, CPF ou CNPJ') });
  const [cpf, reason] = ['CPF', 'Motivo'].map((label) => who.getByLabel(label));
  const correct = who.getByText('Corrigir telefone, CPF ou CNPJ');
  await correct.click();
  await expect(who.getByLabel('CNPJ')).toHaveCount(0);
  await cpf.fill('111.444.777-36');
  await reason.fill('Digitou errado');
  await send(page, 'Salvar correção');
  await expect(cpf).toHaveAccessibleDescription(/^O dígito verificador não confere\./);
  await expect(reason).toHaveValue('Digitou errado');
  await cpf.fill('');
  await send(page, 'Salvar correção');
  await told(page, 'Dados corrigidos.');
  await expect(fact(page, 'CPF')).toHaveText('Não informado');
  await correct.click();
  await cpf.fill(CPF);
  await reason.fill('Mostrou o documento');
  await send(page, 'Salvar correção');
  await expect(fact(page, 'CPF')).toHaveText(CPF);
});

test('a part of a wallet is held back with a reason, and freed in parts', async ({ page, request, javaScriptEnabled }) => {
  // Nobody else touches her: one for each way to run this.
  const club = javaScriptEnabled === false ? EMPRESA_B : NAVI;
  const elisa = await Member.of(request, club, 'elisa@example.com');
  await enter(page, club);
  await open(page, at(club, '/admin/members?q=elisa@example.com'));
  await page.getByRole('link', { name: /^Elisa / }).click();
  await expect(page.getByText('Nada foi retido até agora.')).toBeVisible();
  await page.getByRole('link', { name: 'Reter ou liberar' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Valores retidos');
  await alive(page);

  const amount = page.getByLabel('Valor', { exact: true });
  await amount.fill('1000000');
  await page.getByLabel('Motivo').fill('Ofício 12/2026');
  await send(page, 'Reter');
  await expect(amount).toHaveAccessibleDescription(/^É mais do que está disponível\./);
  await amount.fill('40,00');
  await send(page, 'Reter');
  await told(page, 'Valor retido. O membro foi avisado.');
  await expect(fact(page, 'Retido')).toHaveText(/^R\$\s40,00/);
  expect(await elisa.wallet()).toMatchObject({ blocked: '40.00' });

  await page.getByRole('link', { name: 'Liberar' }).click();
  await expect(amount).toHaveValue('40,00');
  await alive(page);
  await amount.fill('15');
  await page.getByLabel('Motivo').fill('A ordem foi reduzida');
  await send(page, 'Liberar');
  await told(page, 'Valor liberado. O membro foi avisado.');
  await expect(page.getByText('25,00 ainda retidos')).toBeVisible();
  await expect(page.getByText('15,00 liberados: A ordem foi reduzida')).toBeVisible();
  expect(await elisa.wallet()).toMatchObject({ blocked: '25.00' });
});

test('a member’s movements end at what they have', async ({ another, naviAdmin }) => {
  const page = await another({ storageState: naviAdmin });
  await open(page, at(NAVI, '/admin/members?q=bruno@example.com'));
  await page.getByRole('link', { name: 'Bruno Lima' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Bruno Lima');
  const balances = page.locator('tbody td:last-child');
  await expect(balances).toHaveCount(12);
  await expect(fact(page, 'Disponível')).toHaveText(await balances.first().innerText());
  await page.getByRole('link', { name: 'Mais antigos' }).click();
  await expect(page).toHaveURL(/\?cursor=\d+$/);
  await expect(page.getByRole('link', { name: 'Voltar aos mais novos' })).toBeVisible();
});

test('a Pix without an owner is credited to the member whose it is', async ({ page, javaScriptEnabled }) => {
  // One such payment is in each club of the demo: one for each way to run this.
  const club = javaScriptEnabled === false ? EMPRESA_B : NAVI;
  await enter(page, club);
  await page.getByRole('link', { name: 'Pix sem dono conhecido' }).click();
  await expect(page).toHaveURL(at(club, '/admin/suspense'));
  await expect(fact(page, 'Valor parado')).toHaveText(/^R\$\s75,00$/);
  await expect(page.getByRole('table', { name: 'Conciliação com o banco' }).getByText('Confere').first()).toBeVisible();
  await page.getByRole('table', { name: 'Pix sem dono' }).getByRole('link').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Pix de R\$\s75,00$/);
  await alive(page);

  const giveBack = page.locator('section').filter({ hasText: 'Devolver a quem pagou' });
  await giveBack.getByLabel('Motivo').fill('Ninguém reconheceu');
  await giveBack.getByLabel('Digite o valor').fill('74,99');
  await send(page, giveBack.getByRole('button'));
  await expect(giveBack.getByLabel('Digite o valor')).toHaveAccessibleDescription('Não confere.');
  await expect(giveBack.getByLabel('Motivo')).toHaveValue('Ninguém reconheceu');

  await expect(fact(page, 'Quem pagou')).toHaveText('Carla Mendes');
  await expect(fact(page, 'CPF ou CNPJ de quem pagou')).toHaveText(/^\*{3}\.\d{3}\.\d{3}-\*{2}$/);
  await expect(fact(page, 'Mensagem de quem pagou')).toHaveText('Para a minha carteira');
  await expect(page.getByRole('main').getByRole('searchbox')).toHaveValue('Carla Mendes');
  await page.getByRole('button', { name: 'Buscar' }).click();
  await page.getByRole('link', { name: 'Escolher Carla Mendes' }).click();
  await expect(page).toHaveURL(/\?member=/);
  await expect(fact(page, 'E-mail')).toHaveText('carla@example.com');
  await alive(page);
  const assign = page.locator('section').filter({ hasText: 'Creditar a um membro' });
  await assign.getByLabel('Motivo').fill('Enviou o comprovante');
  await send(page, assign.getByRole('button'));
  await told(page, 'Pix creditado na carteira do membro.');
  await expect(page.getByText('Nenhum Pix aqui')).toBeVisible();

  await page.getByRole('link', { name: 'Creditados' }).click();
  await page.getByRole('table', { name: 'Pix sem dono' }).getByRole('link').click();
  await expect(fact(page, 'Motivo')).toHaveText('Enviou o comprovante');
  await page.getByRole('link', { name: 'Carla Mendes' }).click();
  await expect(page.locator('tbody tr').first()).toContainText('Pix identificado pelo clube');
  await expect(page.locator('tbody tr').first()).toContainText('75,00');
});
