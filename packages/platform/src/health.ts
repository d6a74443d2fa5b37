/** What one check knows, without asking anybody: the state is kept up to date by whoever owns it. */
export interface CheckResult {
  readonly ok: boolean;
  readonly detail?: string;
}

/** The checks of all apps in the process, shown at `/health`. */
export class Health {
  private readonly checks = new Map<string, Map<string, () => CheckResult>>();

  /** Adds or replaces a check. `check` must be cheap: it runs at each request, and answers what is known already. */
  register(app: string, name: string, check: () => CheckResult): void {
    const ofApp = this.checks.get(app) ?? new Map<string, () => CheckResult>();
    this.checks.set(app, ofApp.set(name, check));
  }

  report(): { ok: boolean; apps: Record<string, Record<string, CheckResult>> } {
    let ok = true;
    const apps: Record<string, Record<string, CheckResult>> = {};
    for (const [app, checks] of this.checks) {
      apps[app] = {};
      for (const [name, check] of checks) {
        const result = check();
        apps[app][name] = result;
        ok &&= result.ok;
      }
    }
    return { ok, apps };
  }
}
