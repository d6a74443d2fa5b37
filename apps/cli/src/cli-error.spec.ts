import { CliError, errorLines, notFound, usageError } from './cli-error';

describe('errorLines', () => {
  it('begin with the line that scripts read', () => {
    expect(errorLines('nereid instance get', notFound('no instance with name or short id "x" was found'))).toEqual([
      'nereid instance get: error (ResourceNotFound): no instance with name or short id "x" was found',
    ]);
    expect(errorLines('nereid instance stop', new CliError(undefined, 'command failure'))).toEqual([
      'nereid instance stop: error: command failure',
    ]);
  });

  it('go on with fields, synopsis, what to do, and the request', () => {
    const error = usageError('wrong', {
      fields: [{ field: 'limit', code: 'Invalid', message: 'must be 1 to 1000' }, { field: 'name', code: 'Missing' }],
      usage: 'nereid x [OPTIONS]',
      next: ['try y'],
      requestId: '7',
    }); // prettier-ignore
    expect(errorLines('nereid x', error)).toEqual([
      'nereid x: error (Usage): wrong',
      '    limit: Invalid: must be 1 to 1000',
      '    name: Missing',
      'usage: nereid x [OPTIONS]',
      '    try y',
      '    request id: 7',
    ]);
  });

  it('show the stack to who asks for it', () => {
    expect(errorLines('nereid', new Error('boom'), true)[0]).toContain('cli-error.spec');
  });
});
