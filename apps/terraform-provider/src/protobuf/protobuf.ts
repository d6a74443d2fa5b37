import { Reader, Writer } from './wire';

// Protocol Buffers (proto3), as far as the plugin protocol needs them. Messages are declared as values, so that their types follow from the
// declaration and the bundle needs no .proto file beside it. Source: protobuf.dev, Encoding.

/** One field. `Out` is what decoding answers, `In` what encoding takes; undefined is not written. */
export interface Field<Out, In = Out> {
  readonly number: number;
  write(value: In, to: Writer): void;
  /** Reads one occurrence; repeated fields and maps add to `sofar`. */
  read(from: Reader, wireType: number, sofar: Out): Out;
  /** The value of a field that was not sent. */
  readonly absent: () => Out;
}

export interface Message<Out, In> {
  encode(value: In): Uint8Array;
  decode(bytes: Uint8Array): Out;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a field holds is inferred from it, one by one
type Any = any;
type Fields = Readonly<Record<string, Field<Any, Any>>>;
type OutOf<F extends Fields> = { -readonly [K in keyof F]: F[K] extends Field<infer Out, Any> ? Out : never };
type InOf<F extends Fields> = { readonly [K in keyof F]?: F[K] extends Field<Any, infer In> ? In : never };

/** A message of these fields. Unknown fields are passed over: newer peers send them. */
export function message<F extends Fields>(fields: F): Message<OutOf<F>, InOf<F>> {
  const byNumber = new Map(Object.entries(fields).map(([name, field]) => [field.number, { name, field }]));
  return {
    encode(value) {
      const to = new Writer();
      for (const [name, field] of Object.entries(fields)) {
        const part: unknown = value[name];
        if (part !== undefined) field.write(part, to);
      }
      return to.finish();
    },
    decode(bytes) {
      const values = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.absent()]));
      const from = new Reader(bytes);
      while (!from.isAtEnd) {
        const { number, wireType } = from.tag();
        const known = byNumber.get(number);
        if (known) values[known.name] = known.field.read(from, wireType, values[known.name]);
        else from.skip(wireType);
      }
      return values as OutOf<F>;
    },
  };
}

export function string(number: number): Field<string> {
  return {
    number,
    write: (value, to) => to.bytes(number, Buffer.from(value, 'utf8')),
    read: (from) => Buffer.from(from.bytes()).toString('utf8'),
    absent: () => '',
  };
}

export function bytes(number: number): Field<Uint8Array> {
  return { number, write: (value, to) => to.bytes(number, value), read: (from) => from.bytes(), absent: () => new Uint8Array() };
}

/** int64, uint32 and enumerations: whole numbers that a double holds. */
export function integer(number: number): Field<number> {
  return { number, write: (value, to) => to.integer(number, value), read: (from) => from.integer(), absent: () => 0 };
}

export function bool(number: number): Field<boolean> {
  return { number, write: (value, to) => to.integer(number, value ? 1 : 0), read: (from) => from.integer() !== 0, absent: () => false };
}

/** A message inside; given as a function where messages refer to each other. */
export function one<Out, In>(number: number, of: () => Message<Out, In>): Field<Out | undefined, In> {
  return {
    number,
    write: (value, to) => to.bytes(number, of().encode(value)),
    read: (from) => of().decode(from.bytes()),
    absent: () => undefined,
  };
}

/** `repeated`, of anything that is not packed: texts, bytes, messages. */
export function many<Out, In>(field: Field<Out, In>): Field<NonNullable<Out>[], readonly In[]> {
  return {
    number: field.number,
    write: (values, to) => values.forEach((value) => field.write(value, to)),
    read: (from, wireType, sofar) => [...sofar, field.read(from, wireType, field.absent()) as NonNullable<Out>],
    absent: () => [],
  };
}

/** `map<string, …>`: each entry is a message of key 1 and value 2. */
export function map<Out, In>(
  number: number,
  value: (number: number) => Field<Out, In>,
): Field<Record<string, Out>, Readonly<Record<string, In>>> {
  const entry = message<{ key: Field<string>; value: Field<Out, In> }>({ key: string(1), value: value(2) });
  return {
    number,
    write: (values, to) => Object.entries(values).forEach(([key, each]) => to.bytes(number, entry.encode({ key, value: each }))),
    read: (from, _wireType, sofar) => {
      const read = entry.decode(from.bytes());
      return { ...sofar, [read.key]: read.value };
    },
    absent: () => ({}),
  };
}
