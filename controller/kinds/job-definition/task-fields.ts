import { z } from 'zod';
import { containerMembers, roleArn, taskMembers } from './container-fields.ts';

const text = (maximum: number) => z.string().min(1).max(maximum);
const seconds = z.int().min(2).max(86_400).optional();

const TaskContainer = z.strictObject({
  ...containerMembers,
  name: text(255)
    .optional()
    .describe('Name of the container; needed where there are several, default where there is one.'),
  essential: z.boolean().optional().describe('Whether the job ends with this container; true when left out.'),
  dependsOn: z
    .array(
      z.strictObject({
        containerName: text(255).describe('Name of the other container.'),
        condition: z
          .enum(['START', 'COMPLETE', 'SUCCESS'])
          .describe('What must have happened to it; an essential container can only START.'),
      }),
    )
    .max(10)
    .optional()
    .describe('Containers that come first.'),
  firelensConfiguration: z
    .strictObject({
      type: z.enum(['fluentd', 'fluentbit']).describe('Log router.'),
      options: z.record(z.string(), z.string()).optional().describe('Options of the router.'),
    })
    .optional()
    .describe('Makes this container the log router.'),
  startTimeout: seconds.describe('Seconds to wait for dependencies; 2 to 120 on Fargate.'),
  stopTimeout: seconds.describe('Seconds before the container is killed; 2 to 120 on Fargate.'),
});

/** ecsProperties: a job of several containers. */
export const EcsProperties = z.strictObject({
  taskProperties: z
    .array(
      z.strictObject({
        ...taskMembers,
        containers: z.array(TaskContainer).min(1).max(10).describe('Containers, one to ten.'),
        taskRoleArn: roleArn('Role of the job itself, full ARN.'),
        platformVersion: text(64).optional().describe('Fargate platform version; LATEST when left out.'),
        ipcMode: z.enum(['host', 'task', 'none']).optional().describe('IPC namespace. Not for Fargate.'),
        pidMode: z.enum(['host', 'task']).optional().describe('Process namespace; task on Fargate.'),
        networkMode: z.enum(['host']).optional().describe('Network mode. Managed instances only.'),
      }),
    )
    .length(1)
    .describe('The task, exactly one.'),
});
export type EcsProperties = z.infer<typeof EcsProperties>;
