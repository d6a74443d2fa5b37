import { aSpec, Bench } from './bench';

/** Tasks a second through the engine, nothing simulated taking time, every task on disk before it acts. Run by `./dev bench agent-tasks`. */
export async function measureTasks(count: number, atOnce: number): Promise<{ perSecond: number; p50Ms: number; p99Ms: number }> {
  const bench = new Bench();
  await bench.start({ fsync: true, parallel: atOnce });
  const took: number[] = [];
  let left = count;
  const began = process.hrtime.bigint();
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const at = process.hrtime.bigint();
      const outcome = await bench.run('instance.ensure', { instance: aSpec() });
      if (outcome.state !== 'done') throw new Error(JSON.stringify(outcome));
      took.push(Number(process.hrtime.bigint() - at) / 1e6);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  await bench.close();
  took.sort((a, b) => a - b);
  return { perSecond: count / seconds, p50Ms: took[Math.floor(count / 2)]!, p99Ms: took[Math.floor(count * 0.99)]! };
}
