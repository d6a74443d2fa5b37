import type { HeapNode, ServerHeap } from './server-heap';

interface Entry {
  readonly node: HeapNode;
  readonly heap: ServerHeap;
  readonly bonus: number;
  readonly score: number;
}

/** The places a best-first search may go on from, the best first: a small heap over the tops of branches. */
export class Frontier {
  private readonly entries: Entry[] = [];

  /** `bonus` is what the class adds to the score of each of its servers. */
  push(heap: ServerHeap, index: number, bonus: number): void {
    const node = heap.nodes[index];
    if (!node) return;
    const entry = { node, heap, bonus, score: node.score + bonus };
    let at = this.entries.length;
    this.entries.push(entry);
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (this.entries[up]!.score >= entry.score) break;
      this.entries[at] = this.entries[up]!;
      at = up;
    }
    this.entries[at] = entry;
  }

  pop(): Entry | undefined {
    const top = this.entries[0];
    const last = this.entries.pop();
    if (!top || !last || this.entries.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.entries.length) break;
      if (child + 1 < this.entries.length && this.entries[child + 1]!.score > this.entries[child]!.score) child++;
      if (this.entries[child]!.score <= last.score) break;
      this.entries[at] = this.entries[child]!;
      at = child;
    }
    this.entries[at] = last;
    return top;
  }
}
