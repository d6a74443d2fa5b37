import { endingText, isTaken, type ConsoleConnection, type ConsoleOutcome } from '@nereid/client/console';
import type { TerminalSize } from '@nereid/contracts/light';

export type SeatMode = 'type' | 'watch';

export type SeatState =
  | { readonly phase: 'connecting' }
  /** `isTaken`: it was asked to type, and somebody else does. */
  | { readonly phase: 'open'; readonly mode: SeatMode; readonly isTaken: boolean }
  | { readonly phase: 'ended'; readonly why: string };

/** Where the console's bytes are shown. */
export interface SeatScreen {
  readonly size: TerminalSize;
  clear(): void;
  write(bytes: Uint8Array, taken: () => void): void;
}

/** Opens a session in a mode and answers the far end of it. */
export type OpenSession = (mode: SeatMode, listener: ConstructorParameters<typeof ConsoleConnection>[1]) => Promise<ConsoleConnection>;

/** One person at one console: types when the keyboard is free, watches when it is not, and may change between the two. */
export class Seat {
  private current: ConsoleConnection | undefined;
  private mode: SeatMode = 'watch';
  /** Counts what was begun, so that what was given up meanwhile is recognised. */
  private attempt = 0;

  constructor(
    private readonly open: OpenSession,
    private readonly screen: SeatScreen,
    private readonly onState: (state: SeatState) => void,
  ) {}

  /** Sits down: to type, or to watch while somebody else types. */
  async sit(): Promise<void> {
    const attempt = this.begin();
    this.onState({ phase: 'connecting' });
    const refused = await this.join('type', attempt);
    if (refused && isTaken(refused)) this.settle(attempt, await this.join('watch', attempt), true);
    else this.settle(attempt, refused, false);
  }

  /** Takes the keyboard if it is free; goes on watching if not. */
  async askToType(): Promise<void> {
    const attempt = this.begin();
    const refused = await this.join('type', attempt);
    if (refused && isTaken(refused)) this.settle(attempt, undefined, true);
    else this.settle(attempt, refused, false);
  }

  /** Gives the keyboard to whoever wants it. */
  async onlyWatch(): Promise<void> {
    const attempt = this.begin();
    this.settle(attempt, await this.join('watch', attempt), false);
  }

  type(bytes: Uint8Array): void {
    if (this.mode === 'type') void this.current?.type(bytes);
  }

  resize(size: TerminalSize): void {
    this.current?.resize(size);
  }

  leave(): void {
    this.attempt++;
    this.current?.close();
    this.current = undefined;
  }

  private begin(): number {
    return ++this.attempt;
  }

  /** Begins a session and lets go of the one before; answers how it ended when it could not begin. */
  private async join(mode: SeatMode, attempt: number): Promise<ConsoleOutcome | undefined> {
    let connection: ConsoleConnection | undefined;
    const isShown = (): boolean => connection !== undefined && this.current === connection;
    try {
      connection = await this.open(mode, {
        onOutput: (bytes, taken) => (isShown() ? this.screen.write(bytes, taken) : taken()),
      });
    } catch (error) {
      return { reason: 'broken', message: error instanceof Error ? error.message : String(error) };
    }
    connection.resize(this.screen.size);
    const made = connection;
    const refused = await Promise.race([made.opened.then(() => undefined), made.ended]);
    if (refused) return refused;
    if (attempt !== this.attempt) {
      made.close();
      return undefined;
    }
    this.current?.close();
    this.current = made;
    this.mode = mode;
    this.screen.clear(); // the node shows again what was there before
    void made.ended.then((outcome) => {
      if (this.current !== made) return;
      this.current = undefined;
      this.onState({ phase: 'ended', why: endingText(outcome) });
    });
    return undefined;
  }

  private settle(attempt: number, refused: ConsoleOutcome | undefined, isTakenByOther: boolean): void {
    if (attempt !== this.attempt) return;
    if (!refused && this.current) return this.onState({ phase: 'open', mode: this.mode, isTaken: isTakenByOther });
    if (!refused) return; // it has ended meanwhile, and that was told
    this.current?.close();
    this.current = undefined;
    this.onState({ phase: 'ended', why: endingText(refused) });
  }
}
