import type { LaunchTemplateVersion } from '@aws-sdk/client-ec2';
import type { View } from '../table.ts';
import { latest, Table } from '../table.ts';
import type { World } from '../world.ts';

/** A launch template with all its versions. */
export interface LaunchTemplateRow {
  readonly launchTemplateId: string;
  readonly launchTemplateName: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly defaultVersion: number;
  /** The highest number that still exists. */
  readonly latestVersion: number;
  /** The next number; numbers are never used twice. */
  readonly nextVersion: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly versions: readonly LaunchTemplateVersion[];
}

/** What a call with a token did, for the next one with the same token. */
export interface Remembered {
  readonly operation: string;
  readonly parameters: unknown;
  readonly launchTemplateId: string;
  readonly versionNumber: number;
}

/** The ground truth of EC2's launch templates. Tests look at it and change it behind everybody's back. */
export class SimulatedEc2 {
  /** By id. */
  readonly launchTemplates: Table<LaunchTemplateRow>;
  readonly tokens = new Map<string, Remembered>();

  constructor(world: World) {
    this.launchTemplates = new Table(world.agenda, world.changes);
  }

  /** The template of an id or a name. */
  find(id: string | undefined, name: string | undefined, view: View = latest): LaunchTemplateRow | undefined {
    if (id) return this.launchTemplates.get(id, view);
    return this.launchTemplates.values(view).find(({ launchTemplateName }) => launchTemplateName === name);
  }

  /** A version by its number, `$Default` or `$Latest`. */
  version(template: LaunchTemplateRow, version: string): LaunchTemplateVersion | undefined {
    const number = versionNumber(template, version);
    return template.versions.find(({ VersionNumber }) => VersionNumber === number);
  }
}

/** The number that a version's name stands for. */
export function versionNumber({ defaultVersion, latestVersion }: LaunchTemplateRow, version: string): number {
  if (version === '$Default') return defaultVersion;
  return version === '$Latest' ? latestVersion : Number(version);
}
