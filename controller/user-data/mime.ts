import { createHash } from 'node:crypto';

/** One part of a MIME multi-part archive: cloud-init decides by the content type what becomes of the body. */
export interface MimePart {
  readonly contentType: string;
  readonly body: string;
}

function partText({ contentType, body }: MimePart): string {
  return `Content-Type: ${contentType}; charset="us-ascii"\n\n${body}${body.endsWith('\n') ? '' : '\n'}`;
}

/** Derived from the content, so that equal parts give equal documents, and tried until it occurs in none of them. */
function boundary(texts: readonly string[]): string {
  for (let attempt = 0; ; attempt += 1) {
    const digest = createHash('sha256')
      .update(JSON.stringify([attempt, texts]))
      .digest('hex');
    const candidate = `batchwright-${digest.slice(0, 24)}`;
    if (!texts.some(text => text.includes(candidate))) return candidate;
  }
}

/**
 * The parts as one MIME multi-part archive in the plain form that AWS Batch can merge with its own: two header lines
 * first, LF line ends, nothing encoded. Assumes ASCII bodies.
 */
export function mimeDocument(parts: readonly MimePart[]): string {
  const texts = parts.map(partText);
  const between = boundary(texts);
  return [
    'MIME-Version: 1.0\n',
    `Content-Type: multipart/mixed; boundary="${between}"\n\n`,
    ...texts.map(text => `--${between}\n${text}\n`),
    `--${between}--\n`,
  ].join('');
}
