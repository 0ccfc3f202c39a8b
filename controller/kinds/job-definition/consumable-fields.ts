import { z } from 'zod';

/** What a job, or each node of a range, takes from shared, limited resources. */
export const ConsumableResourceProperties = z
  .strictObject({
    consumableResourceList: z
      .array(
        z.strictObject({
          consumableResource: z.string().min(1).max(2048).describe('Name or ARN.'),
          quantity: z.int().min(0).max(2_147_483_647).describe('How many units of the resource a job takes.'),
        }),
      )
      .max(5)
      .describe('Consumable resources, at most five.'),
  })
  .optional()
  .describe('What the job takes from shared, limited resources.');
