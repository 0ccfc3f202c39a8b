import { BatchEnvironmentSpec } from '../batch-environment/spec.ts';
import { JobDefinitionSpec } from '../job-definition/spec.ts';
import { judge, type Path, pathText } from '../rule.ts';
import { arrayRules, definitionRules, judgeNames, judgeNodeOverrides } from './fit-definition.ts';
import { judgeQueue } from './fit-queue.ts';
import type { Fit, Referenced } from './fit-scope.ts';
import { overridden } from './overridden.ts';
import { overrides } from './rules.ts';
import type { BatchJobSpec } from './spec.ts';

/**
 * Why a job cannot run as it is declared, with what it is submitted with and to; nothing where that is not declared
 * here, or leaves it open. Each problem begins with the path of the field.
 */
export function misfits(spec: BatchJobSpec, referenced: Referenced): readonly string[] {
  const own = declared(JobDefinitionSpec, referenced, 'JobDefinition', spec.jobDefinition?.name);
  const definition = own && { name: spec.jobDefinition?.name ?? '', own, effective: overridden(own, spec) };
  const environment = declared(BatchEnvironmentSpec, referenced, 'BatchEnvironment', spec.environment?.name);
  const fit: Fit = { spec, referenced, definition, environment };
  const found: string[] = [];
  const add = (path: Path, message: string) => void found.push(`spec${pathText(path)}: ${message}`);
  judge(arrayRules, spec, fit, [], add);
  if (definition) {
    judge(definitionRules, spec, { ...fit, definition }, [], add);
    judgeNames(definition.own, spec, [], add);
    judgeNodeOverrides(definition.own, spec, add);
  }
  if (found.length === 0 && definition) found.push(...brokenByOverrides(definition));
  if (found.length === 0) judgeQueue(fit, add);
  return found;
}

interface Schema<Spec> {
  safeParse(value: unknown): { readonly data?: Spec };
}

function declared<Spec>(
  schema: Schema<Spec>,
  referenced: Referenced,
  kind: string,
  name: string | undefined,
): Spec | undefined {
  const object = name === undefined ? undefined : referenced(kind, name);
  return object && schema.safeParse(object.spec ?? {}).data;
}

/** What AWS refuses of the definition once the overrides are in it. */
function brokenByOverrides({ name, effective }: NonNullable<Fit['definition']>): readonly string[] {
  const issues = JobDefinitionSpec.safeParse(JSON.parse(JSON.stringify(effective))).error?.issues ?? [];
  return issues.flatMap(({ path, message }) => {
    const override = Object.entries(overrides).find(([, shape]) => shape === path[0])?.[0];
    if (override === undefined) return [];
    return [`spec.${override}: with it JobDefinition ${name} has ${pathText(path as Path).slice(1)}: ${message}`];
  });
}
