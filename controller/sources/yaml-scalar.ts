/**
 * What a plain (unquoted) scalar looks like. `ambiguous`: readers of YAML disagree about it, or reading it as a number
 * loses something; `advice` says what and what to do.
 */
export type PlainScalar =
  | { readonly looks: 'null' | 'text' }
  | { readonly looks: 'boolean'; readonly value: boolean }
  | { readonly looks: 'integer' | 'decimal'; readonly value: number }
  | { readonly looks: 'word' | 'ambiguous'; readonly advice: string };

interface Row {
  readonly pattern: RegExp;
  readonly looks: 'word' | 'ambiguous';
  readonly advice: string;
}

const ambiguous: readonly Row[] = [
  {
    looks: 'word',
    pattern: /^(?:y|n|yes|no|on|off)$/i,
    advice: 'some readers of YAML take this word for a boolean; quote it, or write true or false',
  },
  {
    looks: 'ambiguous',
    pattern: /^[-+]?0[0-9_]+(?:\.[0-9]*)?$/,
    advice: 'a number would lose its leading zero; quote it',
  },
  {
    looks: 'ambiguous',
    pattern: /^[-+]?0[xob][0-9a-f_]+$/i,
    advice: 'hexadecimal, octal and binary numbers are not supported; quote it, or write it in decimal',
  },
  {
    looks: 'ambiguous',
    pattern: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/,
    advice: 'some readers of YAML take this for a number in base 60; quote it',
  },
  {
    looks: 'ambiguous',
    pattern: /^[-+]?(?=[0-9._]*_)[0-9][0-9_]*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?$/i,
    advice: 'some readers of YAML take this for a number with separators; quote it, or leave out the underscores',
  },
  {
    looks: 'ambiguous',
    pattern: /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:t|[ \t]+)[0-9:.]+[ \t]*(?:z|[-+][0-9:]+)?)?$/i,
    advice: 'some readers of YAML take this for a date; quote it',
  },
  {
    looks: 'ambiguous',
    pattern: /^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)e[-+]?[0-9]+$/i,
    advice: 'this reads as a number with an exponent; quote it',
  },
  {
    looks: 'ambiguous',
    pattern: /^(?:[-+]?\.inf|\.nan)$/i,
    advice: 'infinity and not-a-number are not supported; quote it',
  },
  {
    looks: 'ambiguous',
    pattern: /^(?:[-+]?\.[0-9]+|[-+]?[0-9]+\.|\+[0-9]+(?:\.[0-9]+)?)$/,
    advice: 'a number needs digits on both sides of its point and no plus sign; quote it, or write it so',
  },
];

const tooLarge = 'the number is too large to be kept exactly; quote it';
const negativeZero = 'a negative zero does not survive as a number; quote it, or write 0';

/** How a plain scalar reads. Numbers are given only where the digits come back unchanged or the schema can decide. */
export function plainScalar(text: string): PlainScalar {
  if (/^(?:|~|null|Null|NULL)$/.test(text)) return { looks: 'null' };
  if (/^(?:true|True|TRUE)$/.test(text)) return { looks: 'boolean', value: true };
  if (/^(?:false|False|FALSE)$/.test(text)) return { looks: 'boolean', value: false };
  if (/^-0(?:\.0+)?$/.test(text)) return { looks: 'ambiguous', advice: negativeZero };
  if (/^-?(?:0|[1-9][0-9]*)$/.test(text)) return integer(text);
  if (/^-?(?:0|[1-9][0-9]*)\.[0-9]+$/.test(text)) return { looks: 'decimal', value: Number(text) };
  const row = ambiguous.find(({ pattern }) => pattern.test(text));
  return row ? { looks: row.looks, advice: row.advice } : { looks: 'text' };
}

function integer(text: string): PlainScalar {
  const value = Number(text);
  return Number.isSafeInteger(value) ? { looks: 'integer', value } : { looks: 'ambiguous', advice: tooLarge };
}
