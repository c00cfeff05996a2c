import type { APIRequestContext } from '@playwright/test';
import { alive, expect, fact, open, send, test, told } from './journey';
import { NAVI, PASSWORD, at, platform } from './people';

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

test.use({ storageState: ({ naviAdmin }, use) => use(naviAdmin) });

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
