import type { Amounts } from './picture.types';
import { ServerHeap, fitsIn, type HeapNode } from './server-heap';

/**
 * The servers of one class, in one heap for each rough amount of free room. Packing puts the fullest servers on top, and without shelves
 * a search would have to step over every full one; so what is full stands on a shelf of its own, which is passed over as a whole.
 */
export class ServerShelves {
  private readonly heaps = new Map<number, ServerHeap>();
  private readonly shelfOf = new Map<HeapNode, number>();

  get size(): number {
    return this.shelfOf.size;
  }

  nodes(): Iterable<HeapNode> {
    return this.shelfOf.keys();
  }

  add(node: HeapNode): void {
    const shelf = level(node.free);
    let heap = this.heaps.get(shelf);
    if (!heap) this.heaps.set(shelf, (heap = new ServerHeap()));
    heap.add(node);
    this.shelfOf.set(node, shelf);
  }

  remove(node: HeapNode): void {
    const shelf = this.shelfOf.get(node)!;
    const heap = this.heaps.get(shelf)!;
    heap.remove(node);
    this.shelfOf.delete(node);
    if (heap.nodes.length === 0) this.heaps.delete(shelf);
  }

  /** Brings a node whose score or free amounts changed to its place. */
  settle(node: HeapNode): void {
    const shelf = this.shelfOf.get(node)!;
    if (shelf === level(node.free)) return this.heaps.get(shelf)!.settle(node);
    this.remove(node);
    this.add(node);
  }

  /** Calls `act` with each heap in which something may fit. */
  eachWithRoom(needed: Readonly<Amounts>, act: (heap: ServerHeap) => void): void {
    for (const heap of this.heaps.values()) if (fitsIn(needed, heap.nodes[0]!.most)) act(heap);
  }
}

/** Free amounts in steps of four times: coarse, so that a class has a few dozen shelves at most. */
function level(free: Readonly<Amounts>): number {
  return (step(free.memoryMiB) << 12) | (step(free.cpuPercent) << 8) | (step(free.diskGiB) << 4) | (free.instances >= 1 ? 1 : 0);
}

function step(amount: number): number {
  return amount < 1 ? 0 : Math.min(15, 1 + ((31 - Math.clz32(Math.min(amount, 2 ** 31 - 1))) >> 1));
}
