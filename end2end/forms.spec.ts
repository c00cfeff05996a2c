import { expect, open, test } from './journey';
import { at } from './people';

test.describe('a form', () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "only the browser's program can hold a click back");

  test('is sent once, however often its button is clicked', async ({ page, club }) => {
    await open(page, at(club, '/admin/sign-in'));
    const sent: string[] = [];
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/_fn/sign-in', async (route) => {
      sent.push(route.request().postData() ?? '');
      await held;
      await route.continue();
    });
    await page.getByLabel('E-mail').fill(club.email);
    await page.getByLabel('Senha').fill(club.password);
    const button = page.locator('form button[type=submit]').first();
    await button.click({ noWaitAfter: true });
    await expect.poll(() => sent.length).toBe(1);
    await expect(button).toBeDisabled();
    await expect(page.locator('form[aria-busy=true]')).toHaveCount(1);
    await page.locator('form[aria-busy=true]').evaluate((form: HTMLFormElement) => form.requestSubmit());
    answer();
    await expect(page).toHaveURL(at(club, '/admin'));
    expect(sent.length).toBe(1);
  });
});
