import type { Terminal } from '@xterm/xterm';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Vm } from '../../../api/queries';
import { Button } from '../../../ui/button';
import { cx } from '../../../ui/class-names';
import { Icon } from '../../../ui/icon';
import { actionOf } from '../actions';
import { useInstanceAction } from '../use-instance-action';
import { NoConsole } from './console-tab';
import { sessionsAt } from './open-session';
import { Seat, type SeatScreen, type SeatState } from './seat';
import { useTerminal } from './use-terminal';

/** A terminal at an instance's console, and what can be done about it. @param reason why it cannot be opened now */
export function ConsoleScreen({ vm, reason }: { vm: Vm; reason: string | undefined }) {
  const [isWanted, setWanted] = useState(reason === undefined);
  if (!isWanted && reason !== undefined) return <NoConsole reason={reason} />;
  if (!isWanted) setWanted(true);
  return <Screen vm={vm} reason={reason} />;
}

function Screen({ vm, reason }: { vm: Vm; reason: string | undefined }) {
  const place = useRef<HTMLDivElement>(null);
  const terminal = useTerminal(place);
  const [state, setState] = useState<SeatState>({ phase: 'connecting' });
  const seat = useMemo(() => terminal && new Seat(sessionsAt(vm.uuid), screenOf(terminal), setState), [terminal, vm.uuid]);
  useEffect(() => {
    if (!seat || !terminal) return;
    const keys = new TextEncoder();
    const heard = [
      terminal.onData((text) => seat.type(keys.encode(text))),
      terminal.onBinary((text) => seat.type(Uint8Array.from(text, (letter) => letter.charCodeAt(0)))),
      terminal.onResize(({ cols: columns, rows }) => seat.resize({ columns, rows })),
    ];
    void seat.sit();
    return () => {
      for (const it of heard) it.dispose();
      seat.leave();
    };
  }, [seat, terminal]);
  useEffect(() => {
    if (!terminal) return;
    const isTyping = state.phase === 'open' && state.mode === 'type';
    terminal.options.disableStdin = !isTyping;
    terminal.options.cursorBlink = isTyping;
    if (isTyping) terminal.focus();
  }, [terminal, state]);
  return (
    <section aria-label="Console" className="border-line bg-surface flex min-h-0 flex-col rounded-lg border">
      <header className="border-line flex min-h-11 flex-wrap items-center gap-3 border-b px-4 py-1.5">
        <Status state={state} />
        <span className="ml-auto -mr-1.5 flex items-center gap-2">
          {state.phase === 'open' && state.mode === 'type' && (
            <Button look="quiet" onClick={() => void seat?.onlyWatch()}>
              Only watch
            </Button>
          )}
          {state.phase === 'open' && state.mode === 'watch' && <Button onClick={() => void seat?.askToType()}>Ask to type</Button>}
        </span>
      </header>
      {state.phase === 'ended' && <NextStep vm={vm} reason={reason} onOpen={() => void seat?.sit()} />}
      <div className="p-3">
        <div ref={place} className="h-[max(18rem,calc(100dvh-26rem))] font-mono" />
      </div>
      <p className="border-line text-muted border-t px-4 py-2 text-xs">
        Ctrl+F6 leaves the terminal; every other key goes to the instance. Its history names who was here.
      </p>
    </section>
  );
}

/** What to do once the session is over: start the instance if that is why, then open the console again. */
function NextStep({ vm, reason, onOpen }: { vm: Vm; reason: string | undefined; onOpen: () => void }) {
  const { act, dialog } = useInstanceAction();
  const start = actionOf('start');
  const mayStart = start.reason(vm) === undefined;
  return (
    <div
      role="group"
      aria-label="What to do next"
      className="border-line bg-ground flex flex-wrap items-center gap-x-3 gap-y-2 border-b px-4 py-2"
    >
      <p className="min-w-0 flex-1">
        {mayStart ? 'Start the instance to use its console again.' : (reason ?? 'The instance runs; its console can be opened again.')}{' '}
        <span className="text-muted">What was shown last stays here.</span>
      </p>
      {mayStart && (
        <Button look="primary" icon="start" onClick={() => act(start, [vm])}>
          Start instance
        </Button>
      )}
      <Button look={reason === undefined ? 'primary' : 'plain'} icon="console" reason={reason} onClick={onOpen}>
        Open again
      </Button>
      {dialog}
    </div>
  );
}

/** Where the session stands: said by words and colour, and aloud when it changes. */
function Status({ state }: { state: SeatState }) {
  return (
    <p role="status" className="flex min-w-0 items-center gap-2">
      {state.phase === 'connecting' && (
        <>
          <Icon name="reboot" className="turn text-busy" /> Connecting
        </>
      )}
      {state.phase === 'open' && (
        <>
          <span aria-hidden className={cx('size-2 shrink-0 rounded-full', state.mode === 'type' ? 'bg-good' : 'bg-busy')} />
          <span className="font-medium">{state.mode === 'type' ? 'Connected' : 'Watching'}</span>
          {state.isTaken && <span className="text-muted">Somebody else types here.</span>}
        </>
      )}
      {state.phase === 'ended' && (
        <>
          <span aria-hidden className="bg-off size-2 shrink-0 rounded-full" />
          <span className="font-medium">Ended</span>
          <span className="text-muted">{state.why}</span>
        </>
      )}
    </p>
  );
}

function screenOf(terminal: Terminal): SeatScreen {
  return {
    get size() {
      return { columns: terminal.cols, rows: terminal.rows };
    },
    clear: () => terminal.reset(),
    write: (bytes, taken) => terminal.write(bytes, taken),
  };
}
