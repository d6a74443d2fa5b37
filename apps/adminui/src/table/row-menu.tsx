import type { CSSProperties, ReactNode } from 'react';
import { AnchoredMenu } from '../ui/menu';

/** Which row's menu is open, and where. */
export interface OpenRowMenu {
  readonly uuid: string;
  /** A point of the list, where there is one; else the row's button. */
  readonly at: { readonly left: number; readonly top: number } | undefined;
}

/** The menu of whichever row asked for it: there is one for the whole list. It stands in the list, so that it goes with the row when that is scrolled. */
export function RowMenu({
  menu: { at },
  buttonId,
  top,
  height,
  onClose,
  onBack,
  children,
}: {
  menu: OpenRowMenu;
  buttonId: string;
  /** Where the row is. */
  top: number;
  height: number;
  onClose: () => void;
  /** Gives the focus back to the row. */
  onBack: () => void;
  children: ReactNode;
}) {
  const place: CSSProperties = at ? { ...at, width: 1, height: 1 } : { right: 8, width: 28, top: top + (height - 28) / 2, height: 28 };
  return (
    <AnchoredMenu
      place={place}
      align={at ? 'start' : 'end'}
      labelledBy={buttonId}
      isOwn={(element) => element.closest('[data-row-menu]')?.id === buttonId}
      onClose={onClose}
      onBack={onBack}
    >
      {children}
    </AnchoredMenu>
  );
}
