import { consoleCloseCodes } from '@nereid/contracts/light';
import { endingText, isTaken } from './outcome';

const closed = (code: number, message = '') => ({ reason: 'disconnected' as const, code, message });

it('an ending is told in the words of the node, or by what the close means', () => {
  expect(endingText({ reason: 'stopped' })).toBe('The instance stopped.');
  expect(endingText({ reason: 'broken', message: 'a frame was not understood' })).toBe('a frame was not understood');
  expect(endingText(closed(consoleCloseCodes.nodeSilent, 'x'))).toBe('The server does not answer.');
  expect(endingText(closed(consoleCloseCodes.refused, 'MachineStopped'))).toBe('The instance does not run.');
  expect(endingText(closed(consoleCloseCodes.refused, 'Fenced'))).toBe('It was refused: Fenced.');
  expect(endingText(closed(1006))).toBe('The connection broke.');
});

it('somebody else at the keyboard is told from every other refusal', () => {
  expect(isTaken(closed(consoleCloseCodes.refused, 'InUse'))).toBe(true);
  expect(isTaken(closed(consoleCloseCodes.refused, 'MachineStopped'))).toBe(false);
  expect(isTaken(closed(1006, 'InUse'))).toBe(false);
  expect(isTaken({ reason: 'idle' })).toBe(false);
});
