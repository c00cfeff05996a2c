import { REFUSED, choose, expect, open, signIn, test, told } from './journey';
import { EMPRESA_B, NAVI, at, platform } from './people';

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
