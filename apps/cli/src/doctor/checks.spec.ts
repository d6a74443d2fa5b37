import { certificateFinding, clockFinding } from './checks';

const nowMs = Date.UTC(2026, 10, 28, 12);
const date = (offMs: number): string => new Date(nowMs - offMs).toUTCString();

describe('doctor', () => {
  it.each([
    [0, 'ok', 'right'],
    [30_000, 'ok', "30s ahead of the door's"],
    [-120_000, 'warning', "2m behind the door's"],
    [400_000, 'failed', "6m40s ahead of the door's; signatures are refused beyond 5m"],
  ])('a clock that is %d ms off', (offMs, state, text) => expect(clockFinding(date(offMs), nowMs)).toMatchObject({ state, text }));

  it('a door without a date is no failure', () => expect(clockFinding('undefined', nowMs).state).toBe('warning'));

  it.each([
    [undefined, false, 'ok'],
    ['SELF_SIGNED_CERT_IN_CHAIN', false, 'failed'],
    ['SELF_SIGNED_CERT_IN_CHAIN', true, 'warning'],
    ['CERT_HAS_EXPIRED', false, 'failed'],
  ])('a certificate with objection %s, insecure %s: %s', (objection, insecure, state) => {
    const finding = certificateFinding({ objection, validUntilMs: nowMs + 7_200_000 }, { insecure }, nowMs);
    expect(finding.state).toBe(state);
    if (state !== 'ok') expect(finding.next).not.toHaveLength(0);
  });
});
