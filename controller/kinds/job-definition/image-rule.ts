import { imageReference } from '../../registry/image-reference.ts';
import type { Rule } from '../rule.ts';

/** Wherever a container runs, its image is a reference that can be read. */
export const imageIsReadable: Rule<unknown> = {
  at: 'image',
  refuses: ({ image }) => !imageReference(String(image)).ok,
  message: ({ image }) => {
    const parsed = imageReference(String(image));
    return parsed.ok ? '' : parsed.problem;
  },
};
