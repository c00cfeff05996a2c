import { expect, test } from '@playwright/test';
import { ownEnvironment } from './server';

test('the server of the journeys sees no settings but its own', () => {
  const environment = ownEnvironment({
    PATH: '/usr/bin',
    MASTER_DATABASE_URL: 'postgres://elsewhere/real',
    CLUBE_MASTER_KEY: 'real',
    CLUBE_SIGN_IN_PER_ADDRESS: '1',
    CLUBE_DNS_SERVER: '192.0.2.1:53',
    CLUBE_POSTGRES_BIN: '/opt/postgresql',
  });
  expect(environment).toEqual({
    PATH: '/usr/bin',
    CLUBE_POSTGRES_BIN: '/opt/postgresql',
    CLUBE_ENV: 'development',
    CLUBE_SIGN_IN_PER_ADDRESS: '1000',
    CLUBE_DNS_SERVER: '127.0.0.1:9',
  });
});
