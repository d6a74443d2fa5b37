import { ago, bytes, cores, countOf, duration, gibibytes, mebibytes } from './amounts';

it('writes sizes as people read them', () => {
  expect([mebibytes(512), mebibytes(1536), gibibytes(25), gibibytes(2048)]).toEqual(['512 MiB', '1.5 GiB', '25 GiB', '2 TiB']);
  expect([bytes(12), bytes(2048), bytes(34 * 1024 * 1024)]).toEqual(['12 B', '2 KiB', '34 MiB']);
  expect([cores(100), cores(150), cores(3200)]).toEqual(['1 core', '1.5 cores', '32 cores']);
});

it('writes times', () => {
  expect([duration(12), duration(2_400), duration(192_000), duration(7_500_000)]).toEqual(['12 ms', '2.4 s', '3 min 12 s', '2 h 5 min']);
  expect([ago(0, 1_000), ago(0, 12_000), ago(0, 300_000), ago(0, 7_200_000), ago(0, 172_800_000)]).toEqual([
    'now',
    '12 s ago',
    '5 min ago',
    '2 h ago',
    '2 d ago',
  ]);
});

it('counts', () => {
  expect([countOf(1, 'instance'), countOf(1200, 'instance'), countOf(0, 'address', 'addresses')]).toEqual(['1 instance', '1,200 instances', '0 addresses']); // prettier-ignore
});
