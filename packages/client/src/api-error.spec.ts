import { asError } from './api-error';

describe('what the API says went wrong', () => {
  it.each([
    [409, 'InUseError', 'InUse'],
    [409, 'InvalidArgument', 'InvalidArgument'],
    [409, 'CannotDestroyMachineError', 'CannotDestroyMachine'],
    [404, 'ResourceNotFound', 'ResourceNotFound'],
    [429, 'RequestThrottled', 'TooManyRequests'],
    [503, 'ServiceUnavailableError', 'ServiceUnavailable'],
  ])('%p %s is %s', (status, code, ours) => {
    expect(asError(status, { code, message: 'why' }, 'r1')).toMatchObject({
      code: ours,
      message: 'why',
      context: { status, requestId: 'r1' },
    });
  });

  it('keeps the fields that were complained about', () => {
    const errors = [{ field: 'package', code: 'Invalid', message: 'no such package' }];
    expect(asError(409, { code: 'InvalidArgument', message: 'x', errors }, undefined).errors).toEqual(errors);
    expect(asError(409, { code: 'InvalidArgument', message: 'x', errors: 'nonsense' }, undefined).errors).toBeUndefined();
  });

  it('keeps the text of a code that it does not know, and says something without one', () => {
    expect(asError(403, { code: 'NewCode', message: 'why' }, undefined)).toMatchObject({ code: 'NotAuthorized', message: 'NewCode: why' });
    expect(asError(500, undefined, undefined)).toMatchObject({ code: 'InternalError', message: 'status 500' });
  });
});
