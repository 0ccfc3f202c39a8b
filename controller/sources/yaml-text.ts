import { type YamlLimits, yamlLimits } from './yaml-limits.ts';
import { lineStarts, positionAt } from './yaml-lines.ts';
import type { Problem } from './yaml-problem.ts';

/** The text of a file, or why its bytes are not one. */
export type DecodedText = { readonly text: string } | { readonly problem: Problem };

/** Decodes bytes as strict UTF-8, with or without a byte order mark. Nothing is ever replaced or guessed. */
export function decodedText(bytes: Uint8Array, file: string, limits: YamlLimits = yamlLimits): DecodedText {
  if (bytes.byteLength > limits.fileBytes) {
    const message = `a file can have ${limits.fileBytes} bytes at most`;
    return { problem: { file, line: 1, column: 1, path: '', message } };
  }
  const text = strict(bytes, false);
  if (text !== undefined) return { text };
  const valid = strict(bytes.subarray(0, validPrefix(bytes)), true) ?? '';
  const message = 'the file is not valid UTF-8 from here on; save it as UTF-8';
  return { problem: { file, ...positionAt(lineStarts(valid), valid.length), path: '', message } };
}

/** Length of the longest prefix that valid UTF-8 can begin with. */
function validPrefix(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.byteLength - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (strict(bytes.subarray(0, middle), true) === undefined) high = middle - 1;
    else low = middle;
  }
  return low;
}

function strict(bytes: Uint8Array, unfinished: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: unfinished });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
