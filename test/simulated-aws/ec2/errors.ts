import { serviceError } from '../service.ts';

/** An error of EC2, which knows its errors only by their codes. */
export function ec2Error(code: string, message: string): Error {
  return serviceError('ec2', { name: code, message, status: 400 });
}

/** Answers a dry run: its success is an error too. */
export function checkDryRun({ DryRun }: { readonly DryRun?: boolean | undefined }): void {
  if (!DryRun) return;
  throw serviceError('ec2', {
    name: 'DryRunOperation',
    message: 'Request would have succeeded, but DryRun flag is set.',
    status: 412,
  });
}
