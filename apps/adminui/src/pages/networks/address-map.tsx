import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { adminapi } from '@nereid/contracts/light';
import { VmLink } from '../../api/vm-names';
import { cx } from '../../ui/class-names';
import { count } from '../../ui/amounts';
import { blockSize, rangeOf, roleOf, toAddress, toNumber } from './addresses';

type Ip = adminapi.IpObject;
type Kind = 'free' | 'taken' | 'kept' | 'outside';

const looks: Record<Kind, string> = {
  free: 'border border-strong-line',
  taken: 'bg-accent',
  kept: 'kept',
  outside: 'bg-hover',
};
const words: Record<Kind, string> = { free: 'free', taken: 'in use', kept: 'kept back', outside: 'outside the range' };

/** 256 addresses of a network, one a cell. Arrows move, Enter opens whose it is. */
export function AddressMap({ network, ips, start }: { network: adminapi.NetworkObject; ips: readonly Ip[]; start: number }) {
  const byNumber = useMemo(() => new Map(ips.map((ip) => [toNumber(ip.ip), ip])), [ips]);
  const { first, last } = rangeOf(network.subnet);
  const from = Math.max(start, first);
  const until = Math.min(start + blockSize - 1, last);
  const addresses = Array.from({ length: until - from + 1 }, (_, i) => from + i);
  const provisioned = { first: toNumber(network.provision_start_ip), last: toNumber(network.provision_end_ip) };
  const kindOf = (address: number): Kind => {
    const ip = byNumber.get(address);
    if (ip?.belongs_to_type === 'zone') return 'taken';
    if (ip && !ip.free) return 'kept';
    return address < provisioned.first || address > provisioned.last ? 'outside' : 'free';
  };
  const [picked, setPicked] = useState(from);
  const current = picked >= from && picked <= until ? picked : from;
  const grid = useRef<HTMLDivElement>(null);
  const columns = 32;
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.max(from, Math.min(until, current + step));
    setPicked(next);
    grid.current?.querySelector<HTMLElement>(`[data-address="${next}"]`)?.focus();
  };
  const rows = Array.from({ length: Math.ceil(addresses.length / columns) }, (_, row) =>
    addresses.slice(row * columns, (row + 1) * columns),
  );
  const totals = addresses.reduce<Partial<Record<Kind, number>>>((sum, address) => {
    const kind = kindOf(address);
    return { ...sum, [kind]: (sum[kind] ?? 0) + 1 };
  }, {});
  return (
    <div className="flex flex-col gap-4">
      <div
        ref={grid}
        role="grid"
        aria-label={`Addresses ${toAddress(from)} to ${toAddress(until)}`}
        onKeyDown={onKeyDown}
        className="flex flex-col gap-[3px]"
      >
        {rows.map((row) => (
          <div key={row[0]} role="row" className="grid gap-[3px]" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
            {row.map((address) => (
              <button
                key={address}
                type="button"
                role="gridcell"
                data-address={address}
                tabIndex={address === current ? 0 : -1}
                aria-label={`${toAddress(address)} ${roleOf(address, network.subnet) ?? words[kindOf(address)]}`}
                aria-selected={address === current}
                onFocus={() => setPicked(address)}
                onPointerEnter={() => setPicked(address)}
                className={cx(
                  'h-4 rounded-[3px]',
                  looks[kindOf(address)],
                  address === current && 'outline-text outline-2 outline-offset-1',
                )}
              />
            ))}
          </div>
        ))}
      </div>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-1">
        {(Object.keys(words) as Kind[]).map((kind) => (
          <span key={kind} className="text-muted flex items-center gap-1.5 text-xs">
            <span className={cx('size-3 rounded-[3px]', looks[kind])} />
            {words[kind]} {count(totals[kind] ?? 0)}
          </span>
        ))}
        <span role="status" className="ml-auto min-h-5">
          <Description address={current} ip={byNumber.get(current)} words={roleOf(current, network.subnet) ?? words[kindOf(current)]} />
        </span>
      </div>
    </div>
  );
}

function Description({ address, ip, words }: { address: number; ip: Ip | undefined; words: string }) {
  return (
    <>
      <span className="font-mono">{toAddress(address)}</span> {ip?.used_as && ip.used_as !== 'broadcast' ? ip.used_as : words}
      {ip?.belongs_to_type === 'zone' && ip.belongs_to_uuid && (
        <>
          {' by '}
          <VmLink uuid={ip.belongs_to_uuid} className="text-accent underline" />
        </>
      )}
      {ip?.mac && <span className="text-muted ml-2 font-mono text-xs">{ip.mac}</span>}
    </>
  );
}
