/** How far a piece of work on many things has come. */
export interface Progress<Thing> {
  readonly done: number;
  readonly failed: readonly { readonly thing: Thing; readonly error: unknown }[];
}

/** Requests under way at once: enough to keep the door busy, few enough to leave room for others. */
const atOnce = 8;

/** Does `act` to each of `things`, some at once, and tells how far it is after each. One that fails does not keep the others. */
export async function doToMany<Thing>(
  things: readonly Thing[],
  act: (thing: Thing) => Promise<unknown>,
  tell: (progress: Progress<Thing>) => void,
): Promise<Progress<Thing>> {
  const waiting = [...things];
  const failed: { thing: Thing; error: unknown }[] = [];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let thing = waiting.shift(); thing !== undefined; thing = waiting.shift()) {
      try {
        await act(thing);
      } catch (error) {
        failed.push({ thing, error });
      }
      done++;
      tell({ done, failed: [...failed] });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { done, failed };
}
