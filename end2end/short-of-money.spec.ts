import type { APIRequestContext, Page } from '@playwright/test';
import { expect, open, signIn, test } from './journey';
import { type Club, EMPRESA_B, NAVI, PASSWORD, at, platform } from './people';

/** Withdrawals that wait for money at the institution: nobody can pay out what a club has not brought there yet. */

const SENT = 'Enviado ao banco';

/** A shop of the demo pays money in, which the sandbox does by itself after some seconds. */
async function paysIn(request: APIRequestContext, club: Club, amount: string): Promise<void> {
  const tenant = { 'X-Tenant-Slug': club.slug };
  const signedIn = await request.post(platform('/api/auth/login'), { headers: tenant, data: { email: 'padaria@example.com', password: PASSWORD } });
  expect(signedIn.status()).toBe(200);
  const headers = { ...tenant, Authorization: `Bearer ${(await signedIn.json()).accessToken}` };
  const made = await request.post(platform('/api/deposits'), { headers: { ...headers, 'Idempotency-Key': `short-${amount}` }, data: { amount } });
  expect(made.status()).toBe(201);
  const { id } = await made.json();
  await expect
    .poll(async () => (await request.get(platform(`/api/deposits/${id}`), { headers })).json(), { timeout: 40_000 })
    .toMatchObject({ status: 'paid' });
}

/** How many reais the page says are missing. */
async function missing(page: Page): Promise<number> {
  const said = await page.getByText(/^Falta dinheiro no banco: ele tem R\$\s[\d.,]+ do clube, R\$\s[\d.,]+ a menos/).innerText();
  const [, amount] = /R\$\s([\d.,]+) a menos/.exec(said)!;
  return Number(amount.replaceAll('.', '').replace(',', '.'));
}

test('a withdrawal waits for money at the bank, and goes on by itself when it is there', async ({ page, request, javaScriptEnabled }) => {
  test.slow(); // Deposits and payouts take the sandbox some seconds.
  // The demo's is larger than what the bank holds: one for each way to run this.
  const club = javaScriptEnabled === false ? EMPRESA_B : NAVI;
  const approved = at(club, '/admin/withdrawals?status=approved');
  await open(page, at(club, '/admin/sign-in'));
  await signIn(page, club.email, club.password);
  await open(page, approved);
  expect(await missing(page)).toBeGreaterThan(1_000);
  // What others approve meanwhile is small, and sent at once.
  const waits = page.locator('tbody tr').filter({ hasText: /R\$\s\d+\.\d{3},\d\d/ });
  await expect(waits).toHaveCount(1);
  await expect(waits).toContainText('Aprovado');
  const there = new URL((await waits.getByRole('link').getAttribute('href'))!, approved).href;

  await open(page, there);
  const before = await missing(page);
  await paysIn(request, club, '1000.00');
  await open(page, there);
  const after = await missing(page);
  expect(after).toBeLessThan(before - 500);
  await expect(page.getByRole('listitem').filter({ hasText: SENT })).toHaveCount(0);

  await paysIn(request, club, (after + 500).toFixed(2));
  await expect(async () => {
    await open(page, there);
    await expect(page.getByRole('listitem').filter({ hasText: SENT })).toHaveCount(1, { timeout: 500 });
  }).toPass({ timeout: 40_000 });
  await expect(page.getByText('Falta dinheiro no banco')).toHaveCount(0);
  await open(page, approved);
  await expect(waits).toHaveCount(0);
});
