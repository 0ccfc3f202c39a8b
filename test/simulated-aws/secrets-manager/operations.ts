import {
  CreateSecretCommand,
  DeleteResourcePolicyCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  RestoreSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
  ValidateResourcePolicyCommand,
} from '@aws-sdk/client-secrets-manager';
import { read, write } from '../operation.ts';
import { listSecrets } from './list.ts';
import { deleteResourcePolicy, getResourcePolicy, putResourcePolicy, validateResourcePolicy } from './policies.ts';
import { removeRegionsFromReplication, replicateSecretToRegions } from './replicas.ts';
import { getSecretValue, listSecretVersionIds, putSecretValue, updateSecretVersionStage } from './secret-values.ts';
import { createSecret, deleteSecret, describeSecret, restoreSecret, updateSecret } from './secrets.ts';
import { tagResource, untagResource } from './tags.ts';

/** All that the simulated Secrets Manager answers. */
export const secretsManagerOperations = [
  write(CreateSecretCommand, createSecret),
  write(UpdateSecretCommand, updateSecret),
  read(DescribeSecretCommand, describeSecret),
  read(ListSecretsCommand, listSecrets),
  write(DeleteSecretCommand, deleteSecret),
  write(RestoreSecretCommand, restoreSecret),
  write(PutSecretValueCommand, putSecretValue),
  read(GetSecretValueCommand, getSecretValue),
  read(ListSecretVersionIdsCommand, listSecretVersionIds),
  write(UpdateSecretVersionStageCommand, updateSecretVersionStage),
  write(TagResourceCommand, tagResource),
  write(UntagResourceCommand, untagResource),
  write(PutResourcePolicyCommand, putResourcePolicy),
  read(GetResourcePolicyCommand, getResourcePolicy),
  write(DeleteResourcePolicyCommand, deleteResourcePolicy),
  read(ValidateResourcePolicyCommand, validateResourcePolicy),
  write(ReplicateSecretToRegionsCommand, replicateSecretToRegions),
  write(RemoveRegionsFromReplicationCommand, removeRegionsFromReplication),
];
