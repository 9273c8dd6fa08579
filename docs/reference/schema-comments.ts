/** TSDoc comments of the keys of zod schemas, read with the TypeScript compiler: what a schema says at run time lacks. */
import ts from 'typescript';

/** What is written above a key. */
export interface KeyComment {
  /** The comment without its tags, one line a paragraph; empty where there is none. */
  readonly text: string;
  /** What stands behind `@default`. */
  readonly defaultText: string | undefined;
}

/** A schema as the compiler sees it, to be walked beside the schema itself. */
export interface TypedSchema {
  /** The keys of an object schema, or of a plain object. */
  keys(): ReadonlyMap<string, { readonly comment: KeyComment; readonly schema: TypedSchema }>;
  /** What a wrapper wraps, the element of an array, the options of a union. */
  parts(): readonly TypedSchema[];
}

/**
 * Opens the schemas that the module `file` exports.
 * @returns a function from an export's name to its schema
 * @throws Error for a name that the module does not export
 */
export function openSchemas(file: string): (name: string) => TypedSchema {
  const program = ts.createProgram([file], {
    allowImportingTsExtensions: true,
    lib: ['lib.es2024.d.ts'],
    module: ts.ModuleKind.NodeNext,
    noEmit: true,
    skipLibCheck: true,
    strict: true,
    target: ts.ScriptTarget.ES2024,
    types: [],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  const exported = new Map(
    (module === undefined ? [] : checker.getExportsOfModule(module)).map((symbol) => [symbol.name, symbol]),
  );
  return (name) => {
    const symbol = exported.get(name);
    if (symbol === undefined) throw new Error(`${file} exports no ${name}`);
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    return wrapType(checker.getTypeOfSymbol(isAlias ? checker.getAliasedSymbol(symbol) : symbol), checker);
  };
}

/** zod's classes carry what they are made of as type arguments: a shape, a wrapped schema, a tuple of options. */
function wrapType(type: ts.Type, checker: ts.TypeChecker): TypedSchema {
  const parts = typeArguments(type, checker);
  return {
    keys() {
      const shape = parts[0] ?? type; // a plain object is its own shape
      return new Map(
        checker.getPropertiesOfType(shape).map((symbol) => {
          const schema = wrapType(checker.getTypeOfSymbol(symbol), checker);
          return [symbol.name, { comment: readComment(symbol, checker), schema }];
        }),
      );
    },
    parts() {
      return parts
        .flatMap((part) => (checker.isTupleType(part) ? typeArguments(part, checker) : [part]))
        .map((part) => wrapType(part, checker));
    },
  };
}

function typeArguments(type: ts.Type, checker: ts.TypeChecker): readonly ts.Type[] {
  const isReference =
    (type.flags & ts.TypeFlags.Object) !== 0 &&
    ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0; // the flags say that it is one
  return isReference ? checker.getTypeArguments(type as ts.TypeReference) : [];
}

function readComment(symbol: ts.Symbol, checker: ts.TypeChecker): KeyComment {
  const tag = symbol.getJsDocTags(checker).find(({ name }) => name === 'default');
  return {
    text: joinLines(ts.displayPartsToString(symbol.getDocumentationComment(checker))),
    defaultText: tag === undefined ? undefined : joinLines(ts.displayPartsToString(tag.text)),
  };
}

/** Lines that a formatter broke are one paragraph; empty lines and lists stay. */
function joinLines(text: string): string {
  return text.replaceAll(/(?<!\n)\n(?!\n|\s*[-*] )/g, ' ').trim();
}
