import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bootProgram } from '../../controller/user-data/boot.generated.ts';
import { generated, minified, unpacked } from '../../controller/user-data/generate.ts';
import { pythonJson } from './python.ts';

const root = new URL('../../', import.meta.url);
const source = readFileSync(new URL('controller/user-data/boot.py', root), 'utf8');

/** Two programs are the same when their syntax trees are, docstrings aside. Parsed as Python 3.7, the oldest we promise. */
const syntaxTrees = `
import ast, json, sys
def tree(text):
    module = ast.parse(text, feature_version=(3, 7))
    for node in ast.walk(module):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node, False) is not None:
            node.body.pop(0)
    return ast.dump(module)
print(json.dumps([tree(text) for text in json.load(sys.stdin)]))`;

const imports = `
import ast, json, sys
print(json.dumps(sorted({name.name for node in ast.walk(ast.parse(sys.stdin.read()))
    if isinstance(node, (ast.Import, ast.ImportFrom)) for name in node.names})))`;

describe('generated', () => {
  it.each(generated())('$path is up to date (npm run generate)', ({ path, text }) => {
    expect(readFileSync(new URL(path, root), 'utf8')).toBe(text);
  });

  it('embeds the program that stands in boot.py', () => {
    expect(unpacked(bootProgram)).toBe(minified(source));
  });
});

describe('minified', () => {
  it('keeps the meaning of the boot program', () => {
    const [full, small] = pythonJson(syntaxTrees, JSON.stringify([source, minified(source)])) as readonly string[];

    expect(small).toBe(full);
    expect(minified(source).length).toBeLessThan(source.length * 0.75);
  });

  it.each([
    { name: 'comments', given: '# a\nx = 1\n    # b\n', want: 'x = 1\n' },
    { name: 'blank lines', given: '\nx = 1\n\n\ny = 2\n', want: 'x = 1\ny = 2\n' },
    { name: 'a one-line docstring', given: 'def f():\n    """a"""\n    pass\n', want: 'def f():\n pass\n' },
    { name: 'a long docstring', given: '"""a\n\n# b\nc\n"""\nx = 1\n', want: 'x = 1\n' },
    { name: 'a docstring that ends in text', given: '"""a\nb"""\nx = 1\n', want: 'x = 1\n' },
    { name: 'nothing else', given: 'if a:\n        b = "# c"\n', want: 'if a:\n  b = "# c"\n' },
  ])('drops $name', ({ given, want }) => {
    expect(minified(given)).toBe(want);
  });
});

describe('boot.py', () => {
  it('needs nothing but the standard library', () => {
    expect(pythonJson(imports, source)).toEqual([
      'base64',
      'hashlib',
      'hmac',
      'http.client',
      'itertools',
      'json',
      'os',
      'random',
      're',
      'signal',
      'subprocess',
      'sys',
      'tempfile',
      'time',
    ]);
  });
});
