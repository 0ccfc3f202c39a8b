import { errorAnswer } from './error-answer.ts';
import type { Answer, AwsRequest } from './request.ts';
import { parsedJson } from './request.ts';
import type { Stage, Times } from './stage.ts';

const STILL_TAKEN = "You can't create this secret because a secret with this name is already scheduled for deletion.";

/** Names of secrets that were deleted without recovery: gone from every read at once, free only later. */
export class SecretNames implements Stage {
  readonly #times: Times;
  readonly #now: () => number;
  readonly #takenUntil = new Map<string, number>();

  constructor(times: Times, now: () => number) {
    this.#times = times;
    this.#now = now;
  }

  async before(request: AwsRequest, account: string): Promise<Answer | undefined> {
    if (request.service !== 'secretsmanager' || request.operation !== 'CreateSecret') return undefined;
    const until = this.#takenUntil.get(key(request, account, request.input['Name'])) ?? 0;
    if (until <= this.#now()) return undefined;
    return errorAnswer(request, { status: 400, code: 'InvalidRequestException', message: STILL_TAKEN });
  }

  after(request: AwsRequest, account: string, answer: Answer): Answer {
    const forced = request.operation === 'DeleteSecret' && request.input['ForceDeleteWithoutRecovery'] === true;
    if (forced && request.service === 'secretsmanager' && answer.status === 200) {
      const name = parsedJson(answer.body)['Name'];
      this.#takenUntil.set(key(request, account, name), this.#now() + this.#times.secretDeletionMs);
    }
    return answer;
  }
}

function key(request: AwsRequest, account: string, name: unknown): string {
  return `${account} ${request.region} ${String(name)}`;
}
