import { Severity, type WireAttributePath, type WireDiagnostic } from '../protocol/messages';

/** One step towards what a problem is about: an attribute by name, an element of a list by its place, or of a map by its key. */
export type Step = string | number | { readonly key: string };
export type Path = readonly Step[];

/** Something a person has to hear about, with the place in the configuration that it is about. */
export class Problem extends Error {
  constructor(
    readonly summary: string,
    readonly detail: string,
    readonly path: Path = [],
    readonly severity: keyof typeof Severity = 'error',
  ) {
    super(`${summary}: ${detail}`);
    this.name = 'Problem';
  }

  toWire(): WireDiagnostic {
    const { summary, detail, path, severity } = this;
    return { severity: Severity[severity], summary, detail, ...(path.length > 0 && { attribute: toWirePath(path) }) };
  }
}

export function toWirePath(path: Path): WireAttributePath {
  return {
    steps: path.map((step) => {
      if (typeof step === 'number') return { element_key_int: step };
      return typeof step === 'string' ? { attribute_name: step } : { element_key_string: step.key };
    }),
  };
}
