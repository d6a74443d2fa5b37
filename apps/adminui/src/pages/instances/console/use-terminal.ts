import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useState, type RefObject } from 'react';
import { useTheme } from '../../../shell/theme';
import { terminalTheme } from './terminal-theme';

/** A terminal that fills an element and follows its size and the page's theme. */
export function useTerminal(place: RefObject<HTMLDivElement | null>): Terminal | undefined {
  const [terminal, setTerminal] = useState<Terminal>();
  const theme = useTheme();
  useEffect(() => {
    const element = place.current!;
    const made = new Terminal({
      fontFamily: getComputedStyle(element).fontFamily,
      fontSize: 13,
      scrollback: 5_000,
      cursorBlink: true,
      // Programs choose colours for a ground that they do not know.
      minimumContrastRatio: 4.5,
      theme: terminalTheme(),
    });
    const fit = new FitAddon();
    made.loadAddon(fit);
    made.open(element);
    fit.fit();
    // Everything that is typed goes to the instance, Tab too; so there is one key that does not.
    made.attachCustomKeyEventHandler((event) => {
      if (!(event.ctrlKey && event.key === 'F6')) return true;
      if (event.type === 'keydown') document.getElementById('tab-console')?.focus();
      return false;
    });
    const watched = new ResizeObserver(() => fit.fit());
    watched.observe(element);
    setTerminal(made);
    return () => {
      watched.disconnect();
      made.dispose();
      setTerminal(undefined);
    };
  }, [place]);
  useEffect(() => {
    if (terminal) terminal.options.theme = terminalTheme();
  }, [terminal, theme]);
  return terminal;
}
