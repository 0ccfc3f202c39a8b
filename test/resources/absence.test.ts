import { expect, it } from 'vitest';
import { unlessAbsent } from '../../controller/resources/absence.ts';

it('answers what the call answers', async () => {
  expect(await unlessAbsent(Promise.resolve('here'))).toBe('here');
});

it.each(['NoSuchEntityException', 'InvalidLaunchTemplateId.NotFound', 'InvalidLaunchTemplateName.NotFoundException'])(
  'answers nothing on %s',
  async name => {
    expect(await unlessAbsent(Promise.reject(Object.assign(new Error('gone'), { name })))).toBeUndefined();
  },
);

it.each(['AccessDenied', 'DeleteConflictException', 'TypeError'])('throws %s on', async name => {
  const error = Object.assign(new Error('no'), { name });

  await expect(unlessAbsent(Promise.reject(error))).rejects.toBe(error);
});
