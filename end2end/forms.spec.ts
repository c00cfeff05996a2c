import { expect, open, test } from './journey';
import { NAVI, at } from './people';

test.describe('a form', () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "only the browser's program can hold a click back");

  test('is sent once, however often its button is clicked', async ({ page }) => {
    await open(page, at(NAVI, '/admin/sign-in'));
    const form = page.locator('form', { has: page.getByLabel('Senha') });
    await page.evaluate(() => {
      // Hears what the page's own listener let through, and keeps the reader here.
      window.addEventListener('submit', (event) => {
        const { dataset } = event.target as HTMLFormElement;
        dataset.heard = `${dataset.heard ?? ''}${event.defaultPrevented ? 'held' : 'sent'};`;
        event.preventDefault();
      });
    });
    const button = form.locator('button[type=submit]');
    await button.click();
    await expect(button).toBeDisabled();
    await expect(form).toHaveAttribute('aria-busy', 'true');
    await form.evaluate((form: HTMLFormElement) => form.requestSubmit());
    await expect(form).toHaveAttribute('data-heard', 'sent;held;');
  });
});
