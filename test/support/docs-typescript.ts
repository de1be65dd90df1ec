import { join } from 'node:path';
import ts from 'typescript';
import { REPOSITORY } from './workspace.js';

/** Type-checks modules by path as a user of the packages would have them, and answers what is wrong. */
export function typeErrors(files: readonly string[]): string[] {
  const program = ts.createProgram([...files], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [join(REPOSITORY, 'node_modules', '@types')],
  });
  return ts.getPreEmitDiagnostics(program).map((one) => {
    const text = ts.flattenDiagnosticMessageText(one.messageText, '\n');
    if (one.file === undefined || one.start === undefined) return text;
    const { line } = one.file.getLineAndCharacterOfPosition(one.start);
    return `${one.file.fileName}:${String(line + 1)}: ${text}`;
  });
}
