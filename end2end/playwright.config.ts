import { defineConfig } from '@playwright/test';

/**
 * Every journey is played twice: with the browser's program (`wasm`) and without JavaScript at all (`no-wasm`),
 * because every page has to work before or without it.
 */
export default defineConfig({
  testDir: '.',
  globalSetup: './server.ts',
  outputDir: 'test-results',
  workers: 2,
  retries: 0,
  forbidOnly: !!process.env.CI,
  reporter: 'list',
  timeout: 60_000,
  // Generous: a machine that also builds is slow, and waiting is for conditions only.
  expect: { timeout: 10_000 },
  use: {
    // The platform's host. Set by `server.ts` before the workers read this file.
    baseURL: process.env.CLUBE_BASE_URL,
    locale: 'pt-BR',
    timezoneId: 'America/Sao_Paulo',
    trace: 'off',
    launchOptions: {
      executablePath: process.env.CLUBE_CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'wasm', use: { javaScriptEnabled: true } },
    { name: 'no-wasm', use: { javaScriptEnabled: false } },
  ],
});
