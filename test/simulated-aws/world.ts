import type { Account } from '../../controller/aws/aws.ts';
import type { Agenda } from './agenda.ts';
import type { SimulatedBatch } from './batch/batch.ts';
import type { Durations } from './durations.ts';
import type { SimulatedEc2 } from './ec2/ec2.ts';
import type { SimulatedIam } from './iam/iam.ts';
import type { PageCut } from './page.ts';
import type { Random } from './random.ts';
import type { SimulatedSecretsManager } from './secrets-manager/secrets-manager.ts';
import type { Changes } from './table.ts';

/** What all services of one simulated account and Region share, and each other's state. */
export interface World {
  readonly account: Account;
  readonly agenda: Agenda;
  readonly changes: Changes;
  readonly random: Random;
  readonly durations: Durations;
  /** Whether answers carry the defaults of which nobody knows for sure that AWS fills them in. */
  readonly fillsDefaults: boolean;
  /** Whether answers give lists without a promised order in ever new orders. */
  readonly reorders: boolean;
  readonly batch: SimulatedBatch;
  readonly ec2: SimulatedEc2;
  readonly iam: SimulatedIam;
  readonly secretsManager: SimulatedSecretsManager;
  /** How an operation's pages are cut: AWS's own limit, or what a test asked for. */
  readonly pages: (operation: string, asked: number | undefined, limit: number) => PageCut;
}
