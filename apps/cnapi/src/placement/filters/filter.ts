import type { Need, ServerTraits } from '../picture.types';

/** Says which servers will not do, by what servers of a class share. */
export interface Filter {
  readonly name: string;
  /** Why servers of this class are refused; undefined: they pass. The text is for operators and counts as one reason. */
  refuses(server: ServerTraits, need: Need): string | undefined;
}
