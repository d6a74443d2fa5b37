import type { z } from 'zod';

type OptionalKeys<In> = In extends object ? { [K in keyof In]-?: object extends Pick<In, K> ? K : never }[keyof In] : never;

type Loosen<Out, Optional> = Out extends readonly unknown[]
  ? Out
  : Out extends object
    ? Omit<Out, Optional & keyof Out> & Partial<Pick<Out, Optional & keyof Out>>
    : Out;

/**
 * What a sender has to give for a schema: its output type, so that a branded id of another kind does not compile, with the fields
 * that have a default left optional.
 */
export type Sent<Schema extends z.ZodType> = Loosen<z.output<Schema>, OptionalKeys<z.input<Schema>>>;
