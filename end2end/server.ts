import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, cp, link, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

/** First start: a PostgreSQL is made, migrated and filled with the demo, by a debug build. */
const READY_WITHIN = 120_000;
/** SIGTERM drains: requests finish, pools close, PostgreSQL writes down all databases of the journeys and stops. */
const GONE_WITHIN = 90_000;

/**
 * Starts the server that all journeys share, with the demo in a fresh data folder, and returns what stops it.
 * With `CLUBE_BASE_URL` set, that server is used and left alone.
 */
export default async function start(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.CLUBE_BASE_URL) return undefined;
  const binary = process.env.CLUBE_BIN;
  if (!binary) throw new Error('CLUBE_BIN names no binary: run `make end2end`');

  const folder = await mkdtemp(join(tmpdir(), 'clube-journeys-'));
  // Started by root, PostgreSQL runs as another user, who has to reach its files in here.
  await chmod(folder, 0o755);
  const data = join(folder, 'data');
  const logPath = join(folder, 'server.log');
  const log = await open(logPath, 'w');
  const program = await copy(binary, folder);
  const port = await freePort();
  const server = spawn(
    program,
    ['serve', '--demo', '--addr', `127.0.0.1:${port}`, '--data-dir', data],
    { env: ownEnvironment(process.env), stdio: ['ignore', log.fd, log.fd] },
  );
  // Playwright leaves without a word when it is ended.
  process.once('SIGTERM', () => process.exit(143));
  process.once('exit', () => server.kill('SIGTERM'));

  try {
    await ready(server, `http://127.0.0.1:${port}/readyz`);
  } catch (cause) {
    await stop(server, data).catch(() => undefined);
    const said = await tail(logPath);
    await rm(folder, { recursive: true, force: true });
    throw new Error(`The server did not start:\n${said}`, { cause });
  }
  process.env.CLUBE_BASE_URL = `http://localhost:${port}`;

  return async () => {
    try {
      await audit(binary, data).finally(() => stop(server, data));
    } catch (cause) {
      throw new Error(`The server did not end well:\n${await tail(logPath)}`, { cause });
    } finally {
      await log.close();
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** The program with its `site` folder and nothing else, somewhere else, as whoever installs it puts it there. */
async function copy(binary: string, folder: string): Promise<string> {
  const program = join(folder, 'clube');
  await link(binary, program).catch(() => copyFile(binary, program));
  await cp(join(dirname(binary), 'site'), join(folder, 'site'), { recursive: true });
  return program;
}

/** This environment without the settings of any other installation: the server has a data folder of its own. */
export function ownEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(
    ([name]) => name === 'CLUBE_POSTGRES_BIN' || !/^(CLUBE_|MASTER_DATABASE_URL$)/.test(name),
  );
  // All journeys come from one address; the limit of each account stays as it is. No journey asks the world's DNS.
  const here = { CLUBE_ENV: 'development', CLUBE_SIGN_IN_PER_ADDRESS: '1000', CLUBE_DNS_SERVER: '127.0.0.1:9' };
  return { ...Object.fromEntries(kept), ...here };
}

async function ready(server: ChildProcess, address: string): Promise<void> {
  let failure: Error | undefined;
  server.once('error', (error) => (failure = error));
  const deadline = Date.now() + READY_WITHIN;
  while (Date.now() < deadline) {
    if (failure) throw failure;
    if (hasEnded(server)) throw new Error(`it ended with ${server.exitCode ?? server.signalCode}`);
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.status === 200) return;
    await wait(200);
  }
  throw new Error(`${address} did not answer 200 within ${READY_WITHIN / 1000} s`);
}

/** The journeys moved money: the ledgers still tie out. */
async function audit(binary: string, data: string): Promise<void> {
  for (const club of ['clube-navi', 'empresa-b']) {
    const command = ['audit', '--tenant', club, '--data-dir', data];
    await promisify(execFile)(binary, command, { env: ownEnvironment(process.env) });
  }
}

/** Asks the server to stop; not leaving, or leaving with anything but 0, is a failure. */
async function stop(server: ChildProcess, data: string): Promise<void> {
  if (!hasEnded(server)) {
    const gone = once(server, 'exit', { signal: AbortSignal.timeout(GONE_WITHIN) });
    server.kill('SIGTERM');
    await gone.catch(async (error) => {
      server.kill('SIGKILL');
      await endPostgres(data).catch(() => undefined);
      throw error;
    });
  }
  if (server.exitCode !== 0) throw new Error(`it ended with ${server.exitCode ?? server.signalCode}`);
}

/** Ends the PostgreSQL that a killed server leaves behind: there is a note for as long as it runs. */
async function endPostgres(data: string): Promise<void> {
  const note = await readFile(join(data, 'postgres', 'data', 'postmaster.pid'), 'utf8');
  process.kill(Number.parseInt(note, 10), 'SIGQUIT');
}

function hasEnded(server: ChildProcess): boolean {
  return server.pid === undefined || server.exitCode !== null || server.signalCode !== null;
}

async function tail(path: string): Promise<string> {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  return lines.slice(-30).join('\n');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (typeof address !== 'object' || !address) throw new Error('no free port on 127.0.0.1');
  return address.port;
}
