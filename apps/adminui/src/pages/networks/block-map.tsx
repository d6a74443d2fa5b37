import { useMemo } from 'react';
import type { adminapi } from '@nereid/contracts/light';
import { cx } from '../../ui/class-names';
import { countOf } from '../../ui/amounts';
import { blockSize, toAddress, toNumber } from './addresses';

/** Blocks drawn; a network of more shows those that have something in them first. */
const mostBlocks = 1024;

/** A large network as tiles of 256 addresses, the fuller the darker. */
export function BlockMap({
  network,
  blocks,
  ips,
  shown,
  onShow,
}: {
  network: adminapi.NetworkObject;
  blocks: readonly number[];
  ips: readonly adminapi.IpObject[];
  shown: number;
  onShow: (block: number) => void;
}) {
  const used = useMemo(() => {
    const counts = new Map<number, number>();
    for (const { ip, free } of ips) {
      const block = Math.floor(toNumber(ip) / blockSize) * blockSize;
      if (!free) counts.set(block, (counts.get(block) ?? 0) + 1);
    }
    return counts;
  }, [ips]);
  const drawn = blocks.slice(0, mostBlocks);
  return (
    <>
      <div role="group" aria-label={`Blocks of ${network.name}`} className="grid grid-cols-[repeat(auto-fill,1.5rem)] gap-1">
        {drawn.map((block) => {
          const n = used.get(block) ?? 0;
          return (
            <button
              key={block}
              type="button"
              title={`${toAddress(block)}/24: ${n} taken`}
              aria-label={`${toAddress(block)}/24, ${countOf(n, 'address', 'addresses')} taken`}
              aria-pressed={block === shown}
              onClick={() => onShow(block)}
              className={cx(
                'bg-hover relative size-6 overflow-hidden rounded',
                block === shown && 'outline-text outline-2 outline-offset-1',
              )}
            >
              {/* Sized, not only shaded: how full it is can be read without colour. */}
              <span
                className="bg-accent absolute inset-x-0 bottom-0"
                style={{ height: `${n === 0 ? 0 : Math.max(8, (n / blockSize) * 100)}%` }}
              />
            </button>
          );
        })}
      </div>
      {blocks.length > drawn.length && <p className="text-muted mt-2 text-xs">The first {mostBlocks} blocks.</p>}
    </>
  );
}
