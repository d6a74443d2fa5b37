/** The name under which {@link AnalyticsSettings} are injected; an interface leaves no type at run time. */
export const SETTINGS = Symbol('AnalyticsSettings');

export interface AnalyticsSettings {
  /** Servers and instances whose seconds are kept in memory. */
  readonly maxObjects: number;
  readonly keepMinutesForDays: number;
  readonly exposition: { readonly host: string; readonly port: number } | undefined;
  readonly datacenter: string;
}
