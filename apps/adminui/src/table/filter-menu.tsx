import { Button } from '../ui/button';
import { Menu, MenuItem, MenuLine } from '../ui/menu';

/** Chooses one or more words; `value` has them with commas between. The menu stays open while words are chosen. */
export function FilterMenu({
  title,
  options,
  value,
  onChange,
}: {
  title: string;
  options: readonly string[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const chosen = value?.split(',') ?? [];
  return (
    <Menu
      align="start"
      trigger={
        <Button className={chosen.length > 0 ? 'bg-accent-soft' : ''}>
          {title}
          {chosen.length > 0 && <span className="max-w-48 truncate font-normal">: {chosen.join(', ')}</span>}
        </Button>
      }
    >
      {options.map((option) => {
        const isChosen = chosen.includes(option);
        return (
          <MenuItem
            key={option}
            {...(isChosen && { icon: 'check' as const })}
            onSelect={() => {
              const next = options.filter((each) => (each === option ? !isChosen : chosen.includes(each)));
              onChange(next.length > 0 ? next.join(',') : undefined);
            }}
          >
            <span className={isChosen ? '' : 'pl-6'}>{option}</span>
          </MenuItem>
        );
      })}
      {chosen.length > 0 && (
        <>
          <MenuLine />
          <MenuItem onSelect={() => onChange(undefined)}>
            <span className="pl-6">Any</span>
          </MenuItem>
        </>
      )}
    </Menu>
  );
}
