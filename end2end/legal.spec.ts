import { expect, open, send, signIn, test, told } from './journey';
import { at } from './people';

/** Longer than any cookie. */
const LONG = Array(800).fill('O clube devolve parte do preço.').join(' ');

test.describe('the legal texts of a club', () => {
  test.beforeEach(async ({ page, club }) => {
    await open(page, at(club, '/admin/sign-in'));
    await signIn(page, club.email, club.password);
    await expect(page).toHaveURL(at(club, '/admin'));
  });

  test('a text is written, read once more and published', async ({ page, club, faults }) => {
    await open(page, at(club, '/admin/legal'));
    const rows = page.locator('tbody tr');
    await expect(rows).toHaveCount(4);
    await expect(rows.filter({ hasText: 'Nenhum ainda' })).toHaveCount(4);
    await open(page, at(club, '/admin/legal/terms'));
    await expect(page.getByText('Nada publicado ainda')).toBeVisible();
    await open(page, at(club, '/admin/legal/terms/draft'));

    // What is refused is not typed twice.
    faults.announce(422);
    const [title, english] = [page.getByLabel('Título').first(), page.getByLabel('Título').last()];
    const body = page.getByLabel('Texto').first();
    const text = `## 1. O clube\n\n${LONG}\n\n- **um** <b>\n- [dois](https://example.com)`;
    await body.fill(text);
    await english.fill('Terms');
    await send(page, 'Salvar e conferir');
    await expect(page.getByRole('alert')).toHaveText('Confira os campos marcados.');
    await expect(title).toHaveAccessibleDescription('Preencha este campo.');
    await expect(page.getByLabel('Texto').last()).toHaveAccessibleDescription('Preencha este campo.');
    await expect(body).toHaveValue(text);
    await title.fill('Termos da jornada');
    await english.fill('');
    await send(page, 'Salvar e conferir');
    await expect(page).toHaveURL(at(club, '/admin/legal/terms/review'));
    await told(page, 'Rascunho salvo.');
    const article = page.getByRole('article');
    await expect(article.getByRole('heading', { name: 'Termos da jornada' })).toBeVisible();
    await expect(article.getByRole('heading', { name: '1. O clube' })).toBeVisible();
    await expect(article.getByRole('listitem').first()).toHaveText('um <b>');
    await expect(article.getByRole('link', { name: 'dois' })).toHaveAttribute('href', 'https://example.com');

    await send(page, 'Publicar versão 1');
    await told(page, 'Publicado. Já vale, e os membros são avisados.');
    await expect(page).toHaveURL(at(club, '/admin/legal/terms'));
    await expect(page.getByText(/^Versão 1, publicada em .* · 0 membros aceitaram$/)).toBeVisible();
    await open(page, at(club, '/admin/legal'));
    await expect(rows.first()).toContainText('Versão 1');
  });

  test('what is published is what was seen, and a draft can be thrown away', async ({ page, club, faults }) => {
    const write = async (title: string) => {
      await open(page, at(club, '/admin/legal/fees/draft'));
      await page.getByLabel('Título').first().fill(title);
      await page.getByLabel('Texto').first().fill('| Serviço | Tarifa |\n| --- | --- |\n| Conta | grátis |');
      await send(page, 'Salvar e conferir');
      await told(page, 'Rascunho salvo.');
    };
    await write('Um');
    const stale = await page.context().newPage();
    await open(stale, at(club, '/admin/legal/fees/review'));
    const typing = await page.context().newPage();
    await open(typing, at(club, '/admin/legal/fees/draft'));
    await write('Dois');
    await expect(page.getByRole('cell', { name: 'grátis' })).toBeVisible();
    await send(stale, 'Publicar versão 1');
    await expect(stale.getByRole('alert')).toContainText('Outra pessoa mexeu neste rascunho');
    await expect(stale.getByRole('heading', { name: 'Dois' })).toBeVisible();

    faults.announce(409);
    await typing.getByLabel('Título').first().fill('Três');
    await send(typing, 'Salvar e conferir');
    await expect(typing.getByRole('alert')).toContainText('Outra pessoa mexeu neste rascunho');
    await expect(typing.getByLabel('Título').first()).toHaveValue('Três');
    await send(typing, 'Salvar e conferir');
    await expect(typing.getByRole('heading', { name: 'Três' })).toBeVisible();

    await open(page, at(club, '/admin/legal/fees/review'));
    await send(page, 'Descartar rascunho');
    await told(page, 'Rascunho descartado.');
    await expect(page.getByText('Nada publicado ainda')).toBeVisible();
    await send(stale, 'Publicar versão 1');
    await expect(stale.getByText('Não há rascunho')).toBeVisible();
    await expect(stale.getByRole('alert')).toBeVisible();
  });
});
