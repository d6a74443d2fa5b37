import { useState } from 'react';
import { Button } from '../ui/button';
import { Menu, MenuItem, MenuTitle } from '../ui/menu';
import type { Column } from './column';

type Hidden = Readonly<Record<string, boolean>>;

/** Which columns are shown, kept in this browser under `name`. What is false is hidden. */
export function useHiddenColumns<Row>(name: string, columns: readonly Column<Row>[]): [Hidden, (hidden: Hidden) => void] {
  const key = `nereid.columns.${name}`;
  const [hidden, setHidden] = useState<Hidden>(() => {
    const atFirst = Object.fromEntries(columns.filter(({ isHiddenAtFirst }) => isHiddenAtFirst).map(({ id }) => [id, false]));
    try {
      return { ...atFirst, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Hidden) };
    } catch {
      return atFirst;
    }
  });
  return [
    hidden,
    (next) => {
      setHidden(next);
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // Storage may be forbidden; then the choice lasts as long as the page.
      }
    },
  ];
}

export function ColumnsMenu<Row>({
  columns,
  hidden,
  onChange,
}: {
  columns: readonly Column<Row>[];
  hidden: Hidden;
  onChange: (hidden: Hidden) => void;
}) {
  return (
    <Menu
      trigger={
        <Button look="quiet" className="-mr-3">
          Columns
        </Button>
      }
    >
      <MenuTitle>Shown</MenuTitle>
      {columns.slice(1).map(({ id, title }) => {
        const isShown = hidden[id] !== false;
        return (
          <MenuItem key={id} {...(isShown && { icon: 'check' as const })} onSelect={() => onChange({ ...hidden, [id]: !isShown })}>
            <span className={isShown ? '' : 'pl-6'}>{title}</span>
          </MenuItem>
        );
      })}
    </Menu>
  );
}
