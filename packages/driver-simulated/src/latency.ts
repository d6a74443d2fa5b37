import { operations, type Operation } from './operations';

/** How long an operation takes; the same seed, operation and key always take the same time, so a run can be repeated. */
export class Latency {
  private readonly slowness: number;

  /**
   * @param scale 0: nothing takes time (benches); 1: as on real servers
   * @param seed of the server; also decides how slow this server is compared with others
   */
  constructor(
    private readonly scale: number,
    private readonly seed: string,
  ) {
    this.slowness = Math.exp(0.15 * normal(hash(`${seed}/server`)));
  }

  /** Milliseconds. `busy`: how many other operations run here now; each makes this one 15 % slower. */
  of(operation: Operation, key: string, busy: number): number {
    const { p50, p99 } = operations[operation];
    if (this.scale === 0 || p50 === 0) return 0;
    const spread = Math.log(p99 / p50) / 2.326;
    return this.scale * this.slowness * p50 * Math.exp(spread * normal(hash(`${this.seed}/${operation}/${key}`))) * (1 + 0.15 * busy);
  }
}

/** FNV-1a with a final mix, as a number in (0, 1). */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x45d9f3b);
  h = Math.imul(h ^ (h >>> 16), 0x45d9f3b);
  return (((h ^ (h >>> 16)) >>> 0) + 0.5) / 4294967296;
}

/** A uniform number as a normal one, cut at three deviations. Source: the logistic approximation of the normal quantile. */
function normal(uniform: number): number {
  return Math.max(-3, Math.min(3, Math.log(uniform / (1 - uniform)) / 1.702));
}
