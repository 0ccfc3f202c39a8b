import { iamError } from './errors.ts';

/** A policy document that can be read, within a size; IAM does not count blanks. */
export function checkedDocument(document: string | undefined, limit: number, subject: string): string {
  const text = document ?? '';
  const parsed = parsedDocument(text);
  if (parsed?.Statement === undefined) {
    throw iamError('MalformedPolicyDocument', 'Syntax errors in policy.');
  }
  if (text.replaceAll(/\s/g, '').length > limit) {
    throw iamError('LimitExceeded', `Maximum policy size of ${limit} bytes exceeded for ${subject}`);
  }
  return text;
}

function parsedDocument(text: string): { Statement?: unknown } | undefined {
  try {
    return JSON.parse(text) as { Statement?: unknown };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw iamError('MalformedPolicyDocument', 'This policy contains invalid Json');
  }
}

/** A document as answers carry it: percent-encoded. */
export function encodedDocument(document: string): string {
  return encodeURIComponent(document);
}
