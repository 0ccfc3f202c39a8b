import { expect, it } from 'vitest';
import { suggestion } from '../../controller/sources/yaml-suggestion.ts';

const fields = ['computeResources', 'image', 'jobQueue', 'state', 'tags', 'type', 'vcpus'];

it.each([
  { written: 'computeResource', want: 'computeResources' },
  { written: 'ComputeResources', want: 'computeResources' },
  { written: 'computeReosurces', want: 'computeResources' },
  { written: 'imgae', want: 'image' },
  { written: 'tag', want: 'tags' },
  { written: 'jobqueues', want: 'jobQueue' },
  { written: 'vpcus', want: 'vcpus' },
  { written: 'password', want: undefined },
  { written: 'x', want: undefined },
  { written: '', want: undefined },
  { written: 'computeResources'.repeat(10), want: undefined },
])('suggests $want for $written', ({ written, want }) => {
  expect(suggestion(written, fields)).toBe(want);
});
