import { dimensions, type Amounts, type ServerFacts } from './picture.types';

/** A server's place in a heap. `free` is what it could still sell; `most` the most of each amount that any server below it has free. */
export interface HeapNode {
  facts: ServerFacts;
  /** Reserved by decisions that are not committed yet. */
  inFlight: Amounts;
  blur: number;
  score: number;
  free: Amounts;
  most: Amounts;
  index: number;
}

/**
 * Servers of one class, the best score on top. Each node knows the most free amounts of its subtree, so that a search steps over whole
 * branches in which nothing fits: the fullest servers are on top exactly because nothing fits on them.
 */
export class ServerHeap {
  readonly nodes: HeapNode[] = [];

  add(node: HeapNode): void {
    node.index = this.nodes.length;
    this.nodes.push(node);
    this.settle(node);
  }

  remove(node: HeapNode): void {
    const last = this.nodes.pop()!;
    if (last === node) return this.refresh(parentOf(node.index));
    this.nodes[node.index] = last;
    const vacated = parentOf(this.nodes.length);
    last.index = node.index;
    this.settle(last);
    this.refresh(vacated);
  }

  /** Brings a node whose score or free amounts changed to its place. */
  settle(node: HeapNode): void {
    const from = node.index;
    this.rise(node);
    this.sink(node);
    // All nodes that moved lie on one path to the top: from wherever was lowest.
    this.refresh(Math.max(from, node.index));
  }

  private rise(node: HeapNode): void {
    for (let up = parentOf(node.index); up >= 0 && this.nodes[up]!.score < node.score; up = parentOf(node.index)) this.swap(node, up);
  }

  private sink(node: HeapNode): void {
    for (;;) {
      const left = 2 * node.index + 1;
      if (left >= this.nodes.length) return;
      const right = left + 1;
      const best = right < this.nodes.length && this.nodes[right]!.score > this.nodes[left]!.score ? right : left;
      if (this.nodes[best]!.score <= node.score) return;
      this.swap(node, best);
    }
  }

  private swap(node: HeapNode, to: number): void {
    const other = this.nodes[to]!;
    this.nodes[node.index] = other;
    other.index = node.index;
    this.nodes[to] = node;
    node.index = to;
  }

  /** Computes `most` anew from a place up to the top. */
  private refresh(from: number): void {
    for (let at = from; at >= 0; at = parentOf(at)) {
      const node = this.nodes[at];
      if (!node) continue;
      const left = this.nodes[2 * at + 1];
      const right = this.nodes[2 * at + 2];
      for (const dimension of dimensions) {
        let most = node.free[dimension];
        if (left && left.most[dimension] > most) most = left.most[dimension];
        if (right && right.most[dimension] > most) most = right.most[dimension];
        node.most[dimension] = most;
      }
    }
  }
}

function parentOf(index: number): number {
  return index === 0 ? -1 : (index - 1) >> 1;
}

export function fitsIn(needed: Readonly<Amounts>, free: Readonly<Amounts>): boolean {
  return (
    needed.memoryMiB <= free.memoryMiB &&
    needed.cpuPercent <= free.cpuPercent &&
    needed.diskGiB <= free.diskGiB &&
    needed.instances <= free.instances
  );
}
