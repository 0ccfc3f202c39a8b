import { z } from 'zod';

const text = (maximum: number) => z.string().min(1).max(maximum);

const Subdomain = z
  .string()
  .max(253)
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    'must be lower-case letters, digits, hyphens and dots, and start and end with a letter or digit',
  );

const Quantities = z
  .record(z.string(), z.string().min(1))
  .optional()
  .describe('cpu as a multiple of 0.25, memory in Mi, nvidia.com/gpu; all in quotes.');

/** What a container of a pod runs, and what it needs: members that one job may override. */
export const runMembers = {
  command: z.array(z.string()).max(256).optional().describe('Entrypoint; the one of the image when left out.'),
  args: z.array(z.string()).max(256).optional().describe('Arguments of the entrypoint.'),
  env: z
    .array(
      z.strictObject({
        name: text(512)
          .refine(name => !name.startsWith('AWS_BATCH'), 'may not begin with AWS_BATCH')
          .describe('Name of the variable.'),
        value: z.string().max(16384).optional().describe('Value. It is not secret.'),
      }),
    )
    .max(512)
    .optional()
    .describe('Environment variables.'),
  resources: z
    .strictObject({
      limits: Quantities,
      requests: Quantities,
    })
    .optional()
    .describe('What the container needs; cpu and memory at least.'),
};

const Container = z.strictObject({
  name: text(255).optional().describe('Name of the container; Default when left out.'),
  image: text(255).describe('Image to run, with a tag or a digest. A private one needs imagePullSecrets.'),
  imagePullPolicy: z
    .enum(['Always', 'IfNotPresent', 'Never'])
    .optional()
    .describe('When to pull; IfNotPresent when left out, but Always for the tag latest.'),
  ...runMembers,
  volumeMounts: z
    .array(
      z.strictObject({
        name: text(255).describe('Name of the volume.'),
        mountPath: text(4096).describe('Path in the container.'),
        subPath: text(4096).optional().describe('Path in the volume; its root when left out.'),
        readOnly: z.boolean().optional().describe('Whether it is mounted read-only.'),
      }),
    )
    .max(64)
    .optional()
    .describe('Where volumes are mounted.'),
  securityContext: z
    .strictObject({
      runAsUser: z.int().min(0).max(2_147_483_647).optional().describe('User id.'),
      runAsGroup: z.int().min(0).max(2_147_483_647).optional().describe('Group id.'),
      privileged: z.boolean().optional().describe('Whether the container has the rights of the node.'),
      allowPrivilegeEscalation: z.boolean().optional().describe('Whether a process may gain more privileges.'),
      readOnlyRootFilesystem: z.boolean().optional().describe('Whether the root file system is read-only.'),
      runAsNonRoot: z.boolean().optional().describe('Whether a user other than root is demanded.'),
    })
    .optional()
    .describe('Security context.'),
});

const Volume = z.strictObject({
  name: Subdomain.describe('Name that mounts use.'),
  hostPath: z
    .strictObject({ path: text(4096).optional().describe('Path on the node.') })
    .optional()
    .describe('A file or directory of the node.'),
  emptyDir: z
    .strictObject({
      medium: z.enum(['', 'Memory']).optional().describe('Memory, or the disk of the node when left out.'),
      sizeLimit: z
        .string()
        .regex(/^\d+Mi$/, 'must be a whole number of MiB such as 100Mi')
        .optional()
        .describe('Largest size, for example 100Mi.'),
    })
    .optional()
    .describe('A directory that lives as long as the pod.'),
  secret: z
    .strictObject({
      secretName: Subdomain.describe('Name of the Kubernetes secret.'),
      optional: z.boolean().optional().describe('Whether the secret may be missing.'),
    })
    .optional()
    .describe('A Kubernetes secret.'),
  persistentVolumeClaim: z
    .strictObject({
      claimName: Subdomain.describe('Name of the claim.'),
      readOnly: z.boolean().optional().describe('Whether it is mounted read-only.'),
    })
    .optional()
    .describe('A persistent volume.'),
});

/** Metadata of a pod. */
export const EksMetadata = z.strictObject({
  labels: z
    .record(
      z.string(),
      z.string().regex(/^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/, 'must be the value of a Kubernetes label'),
    )
    .optional()
    .describe('Labels of the pod.'),
  annotations: z.record(z.string(), z.string().max(255)).optional().describe('Annotations of the pod.'),
  namespace: z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be lower-case letters, digits and hyphens')
    .refine(name => name !== 'default' && !name.startsWith('kube'), 'may neither be default nor begin with kube')
    .optional()
    .describe('Namespace of the cluster; the one of the compute environment when left out.'),
});

/** eksProperties: a job that is a Kubernetes pod. */
export const EksProperties = z.strictObject({
  podProperties: z
    .strictObject({
      serviceAccountName: Subdomain.optional().describe('Service account of the pod.'),
      hostNetwork: z.boolean().optional().describe("Whether the pod has the node's network; true when left out."),
      dnsPolicy: z.enum(['Default', 'ClusterFirst', 'ClusterFirstWithHostNet']).optional().describe('DNS policy.'),
      imagePullSecrets: z
        .array(z.strictObject({ name: Subdomain.describe('Name of a Kubernetes secret.') }))
        .max(64)
        .optional()
        .describe(
          "Logins for the images: Kubernetes secrets in the pod's namespace, which are not managed here. AWS takes no repositoryCredentials for pods.",
        ),
      containers: z.array(Container).min(1).max(10).describe('Containers, one to ten.'),
      initContainers: z
        .array(Container)
        .max(10)
        .optional()
        .describe('Containers that run to their end before the others, at most ten.'),
      volumes: z.array(Volume).max(64).optional().describe('Volumes.'),
      metadata: EksMetadata.optional().describe('Metadata of the pod.'),
      shareProcessNamespace: z.boolean().optional().describe('Whether containers see the processes of each other.'),
    })
    .describe('The pod.'),
});
export type EksProperties = z.infer<typeof EksProperties>;
