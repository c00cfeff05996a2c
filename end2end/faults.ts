import type { BrowserContext, ConsoleMessage, Request, Response } from '@playwright/test';

/**
 * What went wrong behind a page's back: console errors and warnings (policy violations are among them), exceptions,
 * requests of our own that failed or were refused. A journey that has seen one has failed, unless it announced it.
 */
export class Faults {
  private readonly seen: string[] = [];
  private readonly announced = new Set<string>();

  /** A page of this journey will answer so; it has to. */
  announce(status: number): void {
    this.announced.add(`answered ${status}`);
  }

  /** A page's program will fail; it has to. */
  announceFailure(): void {
    for (const fault of ['console', 'exception']) this.announced.add(fault);
  }

  /** `runsScripts`: whether the watched browsers run the pages' scripts. */
  constructor(private readonly runsScripts: boolean) {}

  watch(context: BrowserContext): void {
    context.on('console', (message) => this.console(message));
    context.on('weberror', (error) => this.seen.push(`exception: ${error.error().message}`));
    context.on('requestfailed', (request) => this.failed(request));
    context.on('response', (response) => this.answered(response));
  }

  /** What was not announced, and what was but did not happen. */
  all(): string[] {
    const unexpected = this.seen.filter((fault) => !this.announced.has(fault.split(': ')[0]));
    const missing = [...this.announced].filter((fault) => !this.seen.some((seen) => seen.startsWith(fault)));
    return [...unexpected, ...missing.map((fault) => `nothing ${fault}`)];
  }

  private console(message: ConsoleMessage): void {
    const isBad = message.type() === 'error' || message.type() === 'warning';
    // The answer itself is seen below, with its status.
    if (!isBad || message.text().startsWith('Failed to load resource')) return;
    // Nobody uses the preloaded program where no scripts run.
    if (!this.runsScripts && message.text().includes('was preloaded using link preload')) return;
    this.seen.push(`console: ${message.text()} (${message.location().url})`);
  }

  private failed(request: Request): void {
    const reason = request.failure()?.errorText ?? '';
    // Leaving a page gives up on what it still loads.
    if (reason === 'net::ERR_ABORTED') return;
    // Where no scripts run, their preloading is refused, in these words.
    if (reason === 'csp' && request.resourceType() === 'script' && !this.runsScripts) return;
    this.seen.push(`failed: ${request.url()} ${reason}`);
  }

  private answered(response: Response): void {
    if (response.status() >= 400) this.seen.push(`answered ${response.status()}: ${response.url()}`);
  }
}
