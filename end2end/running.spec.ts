import { expect, signIn, test } from './journey';
import { NAVI, at } from './people';

test.describe('a page whose program fails', () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, 'nothing runs that could fail');

  test('says so once and goes on as plain HTML', async ({ another, faults }) => {
    // The program is also run by hand, which the pages' policy does not let anybody do.
    const page = await another({ bypassCSP: true });
    const broken = at(NAVI, '/admin/sign-in');
    // Another page than the program expects.
    await page.addInitScript((broken) => {
      if (location.href !== broken) return;
      const read = new MutationObserver(() => document.querySelector('h1')?.remove());
      read.observe(document, { childList: true, subtree: true });
    }, broken);
    faults.announceFailure();
    await page.goto(broken);
    const notice = page.getByRole('alert');
    await expect(notice).toHaveText(/^Algo falhou nesta página\. Recarregue para continuar/);
    const fails = page.waitForEvent('console', (message) => message.type() === 'error');
    await page.evaluate(async () => {
      const program = document.querySelector<HTMLLinkElement>('link[rel=modulepreload]')!.href;
      void (await import(program)).hydrate();
    });
    await fails;
    await expect(notice).toHaveCount(1);

    await signIn(page, NAVI.email, NAVI.password);
    await expect(page).toHaveURL(at(NAVI, '/admin'));
  });
});
