// Translators of browsers replace text nodes by elements of their own. React then changes and removes
// nodes that are no longer on the page, which throws. Text that is the only child of its element is
// safe, because React replaces all content of such an element; so is text that never changes beside
// elements that never come or go. This test finds every other.
import assert from "node:assert/strict";
import { relative } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

it("keeps text that changes in an element of its own", () => {
  assert.deepEqual(inspect(programOf(root)), []);
});

const examples: [body: string, atRisk: boolean][] = [
  ["<p>Buy for {price}</p>", true],
  ["<p>Mine. {price > 1 && <b>Edit</b>}</p>", true],
  ["<p>Mine. <Maybe /></p>", true],
  ["<p><>{price}</></p>", true],
  ["<p>{price}</p>", false],
  ["<p>Buy for <b>{price}</b>.</p>", false],
  ["<p><Maybe />{price > 1 && <b>Edit</b>}</p>", false],
];

it("finds what it is there to find", () => {
  const lines = inspect(
    programOf(
      root,
      examples.map(([body]) => body),
    ),
  ).map((found) => Number(found.split(":")[1]));
  const expected = examples.flatMap(([, atRisk], index) => (atRisk ? [index + 2] : []));
  assert.deepEqual(lines, expected);
});

/** The client's sources, or only one file with a component for each of `bodies`, a line each. */
function programOf(folder: string, bodies?: string[]): ts.Program {
  const config = ts.readConfigFile(`${folder}/tsconfig.json`, ts.sys.readFile).config;
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  if (bodies === undefined) return ts.createProgram(fileNames, options);
  const name = `${folder}/components/example.tsx`;
  const component = (body: string, index: number) =>
    `export const Example${index} = ({ price }: { price: number }) => ${body};`;
  const maybe = "const Maybe = (): React.JSX.Element | null => null;";
  const text = [maybe, ...bodies.map(component)].join("\n");
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (file, language, ...rest) =>
    file === name
      ? ts.createSourceFile(file, text, language, true)
      : getSourceFile(file, language, ...rest);
  host.fileExists = (file) => file === name || fileExists(file);
  host.readFile = (file) => (file === name ? text : readFile(file));
  const types = fileNames.filter((file) => file.endsWith(".d.ts"));
  return ts.createProgram([name, ...types], options, host);
}

function inspect(program: ts.Program): string[] {
  const checker = program.getTypeChecker();
  const found: string[] = [];
  for (const file of program.getSourceFiles()) {
    if (!file.fileName.endsWith(".tsx") || file.fileName.includes("node_modules")) continue;
    const visit = (node: ts.Node): void => {
      if ((ts.isJsxElement(node) || ts.isJsxFragment(node)) && isAtRisk(node, checker)) {
        const { line } = file.getLineAndCharacterOfPosition(node.getStart());
        const [words = ""] = node.getText().split("\n");
        found.push(`${relative(root, file.fileName)}:${line + 1}: ${words}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return found;
}

type Kind = "text" | "changing text" | "element" | "changing element";

function isAtRisk(parent: ts.JsxElement | ts.JsxFragment, checker: ts.TypeChecker): boolean {
  const kinds = parent.children.flatMap((child) => kindOf(child, checker) ?? []);
  const has = (kind: Kind) => kinds.includes(kind);
  if (ts.isJsxFragment(parent)) return has("text") || has("changing text");
  if (kinds.length < 2) return false;
  return has("changing text") || (has("text") && has("changing element"));
}

function kindOf(child: ts.JsxChild, checker: ts.TypeChecker): Kind | undefined {
  if (ts.isJsxText(child)) return child.containsOnlyTriviaWhiteSpaces ? undefined : "text";
  if (ts.isJsxFragment(child)) return "element";
  if (!ts.isJsxExpression(child))
    return mayBeNothing(ts.isJsxElement(child) ? child.openingElement : child, checker)
      ? "changing element"
      : "element";
  if (!child.expression) return undefined;
  if (ts.isStringLiteral(child.expression)) return "text";
  return mayBeText(checker.getTypeAtLocation(child.expression))
    ? "changing text"
    : "changing element";
}

/** React renders nothing for an empty string, which is what `words && <p/>` may be. */
function mayBeText(type: ts.Type): boolean {
  if (type.isUnion()) return type.types.some(mayBeText);
  if (type.isStringLiteral()) return type.value !== "";
  return (
    (type.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.Any)) !== 0
  );
}

/** True for a component of ours that renders nothing in some states. */
function mayBeNothing(element: ts.JsxOpeningLikeElement, checker: ts.TypeChecker): boolean {
  if (/^[a-z]/.test(element.tagName.getText())) return false;
  const returned = checker.getResolvedSignature(element)?.getReturnType();
  return returned?.isUnion() === true && returned.types.some(isNothing);
}

const isNothing = ({ flags }: ts.Type) =>
  (flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) !== 0;
