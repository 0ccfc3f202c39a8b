import type { Answer, AwsRequest } from './request.ts';
import { withInput } from './request.ts';

interface PagedOperation {
  /** The parameter that limits a page. */
  readonly most: string;
  /** A parameter that excludes paging when it is given. */
  readonly unpagedBy?: string;
  /** Where the answer holds its items and the token of the next page; only for JSON answers. */
  readonly items?: string;
  readonly token?: string;
}

const EMPTY_PAGE_TOKEN = 'emulator-empty-page';

const batch = (items: string, unpagedBy?: string): PagedOperation => ({
  most: 'maxResults',
  items,
  token: 'nextToken',
  ...(unpagedBy !== undefined && { unpagedBy }),
});

const PAGED: Readonly<Record<string, PagedOperation>> = {
  'batch:DescribeComputeEnvironments': batch('computeEnvironments', 'computeEnvironments'),
  'batch:DescribeJobDefinitions': batch('jobDefinitions', 'jobDefinitions'),
  'batch:DescribeJobQueues': batch('jobQueues', 'jobQueues'),
  'batch:ListJobs': batch('jobSummaryList'),
  'batch:ListSchedulingPolicies': batch('schedulingPolicies'),
  'secretsmanager:ListSecrets': { most: 'MaxResults', items: 'SecretList', token: 'NextToken' },
  'ec2:DescribeLaunchTemplates': { most: 'MaxResults' },
  'ec2:DescribeLaunchTemplateVersions': { most: 'MaxResults' },
  'iam:GetAccountAuthorizationDetails': { most: 'MaxItems' },
  'iam:ListAttachedRolePolicies': { most: 'MaxItems' },
  'iam:ListInstanceProfiles': { most: 'MaxItems' },
  'iam:ListRoles': { most: 'MaxItems' },
};

/** How lists are cut, beyond what the services do themselves. */
export interface Paging {
  /** The most items of a page; the services' own limits when left out. */
  readonly pageSize?: number;
  /** Whether every list that has a token in JSON begins with an empty page. */
  readonly emptyFirstPage?: boolean;
}

/** The request as the store should see it, or the empty page that stands before it. */
export function paged(request: AwsRequest, paging: Paging): AwsRequest | Answer {
  const operation = PAGED[`${request.service}:${request.operation}`];
  if (operation === undefined || isUnpaged(request, operation)) return request;
  const { items, token } = operation;
  if (paging.emptyFirstPage === true && items !== undefined && token !== undefined) {
    if (request.input[token] === undefined) return emptyPage(items, token);
    if (request.input[token] === EMPTY_PAGE_TOKEN)
      return sized(withInput(request, { [token]: undefined }), operation, paging);
  }
  return sized(request, operation, paging);
}

function isUnpaged(request: AwsRequest, { unpagedBy }: PagedOperation): boolean {
  const names = unpagedBy === undefined ? undefined : request.input[unpagedBy];
  return Array.isArray(names) && names.length > 0;
}

function sized(request: AwsRequest, { most }: PagedOperation, { pageSize }: Paging): AwsRequest {
  if (pageSize === undefined) return request;
  const asked = request.input[most] === undefined ? pageSize : Number(request.input[most]);
  return withInput(request, { [most]: Math.min(asked, pageSize) });
}

function emptyPage(items: string, token: string): Answer {
  const headers = { 'content-type': 'application/json' };
  return { status: 200, headers, body: JSON.stringify({ [items]: [], [token]: EMPTY_PAGE_TOKEN }) };
}

/** Whether `paged` answered by itself. */
export function isAnswer(result: AwsRequest | Answer): result is Answer {
  return 'status' in result;
}
