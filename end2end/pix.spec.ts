import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import pix from 'pix-utils';
import { NAVI, PASSWORD, platform } from './people';

/** Our codes, read by an implementation that is not ours. No page: apps do this. */
test('the code of a deposit is one that any bank reads', async ({ request }, { project }) => {
  const headers = { 'X-Tenant-Slug': NAVI.slug };
  const signIn = { email: 'ana@example.com', password: PASSWORD };
  const session = await request.post(platform('/api/auth/login'), { headers, data: signIn });
  expect(session.status()).toBe(200);
  const { accessToken } = await session.json();
  const bearer = { ...headers, Authorization: `Bearer ${accessToken}` };

  const key = `journey-${project.name}-${process.pid}`;
  const made = await request.post(platform('/api/deposits'), {
    headers: { ...bearer, 'Idempotency-Key': key },
    data: { amount: '1234.56' },
  });
  expect(made.status()).toBe(201);
  const deposit = await made.json();
  const code = pix.parsePix(deposit.brCode);
  if (pix.hasError(code) || !pix.isDynamicPix(code)) throw new Error(`not a dynamic code: ${deposit.brCode}`);
  expect(code.url).toContain(deposit.id.replaceAll('-', ''));
  expect(code).toMatchObject({ merchantName: 'Sandbox', countryCode: 'BR', transactionCurrency: '986' });

  const picture = await request.get(platform(`/api/deposits/${deposit.id}/qr.svg`), { headers: bearer });
  expect(picture.headers()['content-type']).toBe('image/svg+xml');

  await expect
    .poll(async () => (await request.get(platform(`/api/deposits/${deposit.id}`), { headers: bearer })).json(), {
      timeout: 40_000,
    })
    .toMatchObject({ status: 'paid', paidAmount: '1234.56' });
});

test('static codes are ones that any bank reads', async () => {
  const path = new URL('../club/src/pix/brcode/written.json', import.meta.url);
  const { codes } = JSON.parse(await readFile(path, 'utf8'));
  expect(codes.length).toBe(4);
  for (const written of codes) {
    const code = pix.parsePix(written.payload);
    if (pix.hasError(code) || !pix.isStaticPix(code)) throw new Error(`not a static code: ${written.payload}`);
    expect(code).toMatchObject({
      pixKey: written.key,
      merchantName: written.name,
      merchantCity: written.city,
      transactionAmount: Number(written.amount ?? 0),
      txid: written.txid ?? '***',
    });
  }
});
