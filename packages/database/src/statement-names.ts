import { createHash } from 'node:crypto';

/** What the pool needs to know about one SQL text, worked out once. */
export interface StatementFacts {
  /** Name under which the server keeps the parsed statement (a named statement costs half the client's and server's CPU). */
  readonly name: string | undefined;
  /** Whether it writes to an outbox or audit table, so that the relay is to be woken after the commit. */
  readonly feedsRelay: boolean;
}

// Texts made on the fly (lists of filters) would otherwise fill the server's memory with statements nobody asks for again.
const maxNamed = 400;
const facts = new Map<string, StatementFacts>();

export function statementFacts(sql: string): StatementFacts {
  const known = facts.get(sql);
  if (known) return known;
  const made = {
    name: facts.size < maxNamed ? `n${createHash('sha256').update(sql).digest('hex').slice(0, 24)}` : undefined,
    feedsRelay: /\b(outbox|audit)\b/i.test(sql) && /\binsert\b/i.test(sql),
  };
  if (facts.size < maxNamed) facts.set(sql, made);
  return made;
}
