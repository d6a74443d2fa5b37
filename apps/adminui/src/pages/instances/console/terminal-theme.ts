import type { ITheme } from '@xterm/xterm';

/** The terminal's colours, from the page's. Those that the page has no name for are mixed to be read on its ground. */
export function terminalTheme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const isDark = document.documentElement.dataset['theme'] === 'dark';
  const magenta = isDark ? 'oklch(0.76 0.13 325)' : 'oklch(0.5 0.17 325)';
  const [bright, dim] = isDark ? [of('text'), of('ground')] : [of('muted'), of('text')];
  const colours = { red: of('bad'), green: of('good'), yellow: of('warn'), blue: of('busy'), magenta, cyan: of('accent') };
  return {
    background: of('surface'),
    foreground: of('text'),
    cursor: of('accent'),
    cursorAccent: of('surface'),
    selectionBackground: of('accent-soft'),
    black: dim,
    white: bright,
    brightBlack: of('muted'),
    brightWhite: of('text'),
    ...colours,
    ...Object.fromEntries(Object.entries(colours).map(([name, colour]) => [`bright${name[0]!.toUpperCase()}${name.slice(1)}`, colour])),
  };
}
