import { existsSync, readFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';

/** A generated file: its path from the repository's root, and the text that it must have. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

const sourceUrl = new URL('./boot.py', import.meta.url);
const targetUrl = new URL('./boot.generated.ts', import.meta.url);

/**
 * A Python program without comments, docstrings and blank lines, with indents of one space. Assumes what boot.py
 * promises: comments and docstrings on lines of their own, indents of four, no other text in three quotes.
 */
export function minified(program: string): string {
  const lines: string[] = [];
  let inDocstring = false;
  for (const line of program.split('\n')) {
    const text = line.trim();
    const opens: boolean = !inDocstring && text.startsWith('"""');
    const closes: boolean = text.endsWith('"""') && (inDocstring || text.length > 3);
    if (!inDocstring && !opens && text !== '' && !text.startsWith('#')) {
      lines.push(' '.repeat((line.length - line.trimStart().length) / 4) + text);
    }
    inDocstring = (inDocstring || opens) && !closes;
  }
  return `${lines.join('\n')}\n`;
}

/** The program text inside a packed one. */
export function unpacked(packed: string): string {
  return inflateSync(Buffer.from(packed, 'base64')).toString('utf8');
}

/** Compressors differ between machines, so a packed program that already says the same thing is kept as it is. */
function packed(program: string, existing: string): string {
  const have = /'([A-Za-z0-9+/=]+)';/.exec(existing)?.[1];
  if (have !== undefined && unpacked(have) === program) return have;
  return deflateSync(program, { level: 9 }).toString('base64');
}

/** The generated files of this folder: boot.py as a module, because the built image carries only JavaScript. */
export function generated(): readonly GeneratedFile[] {
  const existing = existsSync(targetUrl) ? readFileSync(targetUrl, 'utf8') : '';
  const program = packed(minified(readFileSync(sourceUrl, 'utf8')), existing);
  return [
    {
      path: 'controller/user-data/boot.generated.ts',
      text: `// Generated from boot.py by \`npm run generate\`; do not edit.

/** boot.py without comments and docstrings: zlib (RFC 1950), then base64. */
export const bootProgram =
  '${program}';
`,
    },
  ];
}
