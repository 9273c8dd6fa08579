/** Values of a metadata file's label column as names of classes, as Python writes them. */

/** One value, as the file has it. */
export type LabelValue =
  | { readonly kind: 'text'; readonly text: string }
  /** A whole number, in decimal digits. */
  | { readonly kind: 'integer'; readonly text: string }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** Nothing, or what stands for nothing: what the file says there. */
  | { readonly kind: 'none'; readonly text: string };

/** A value that names a class. */
export type NamingValue = Exclude<LabelValue, { readonly kind: 'none' }>;

/** Texts that pandas reads as a missing value, in quotes or not: `na_values` of its `read_csv`. */
const MISSING: ReadonlySet<string> = new Set([
  ...['', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN', '<NA>'],
  ...['N/A', 'NA', 'NULL', 'NaN', 'None', 'n/a', 'nan', 'null'],
]);
const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/;
/** Where Python starts to write a number with an exponent: from 1e16, and below 1e-4. */
const PYTHON_EXPONENTS = { lowest: -4, highest: 15 };

/**
 * The cells of a column of CSV, typed as pandas types them: numbers or truth values where all are, else text. Spaces
 * around a cell are left out.
 */
export function typeCells(cells: readonly string[]): LabelValue[] {
  const texts = cells.map((cell) => cell.trim());
  const given = texts.filter((text) => !MISSING.has(text));
  const typeOne = chooseType(given, given.length < texts.length);
  return texts.map((text) => (MISSING.has(text) ? { kind: 'none', text } : typeOne(text)));
}

function chooseType(texts: readonly string[], hasMissing: boolean): (text: string) => NamingValue {
  if (!hasMissing && texts.every((text) => INTEGER.test(text))) return integer;
  if (texts.every((text) => NUMBER.test(text))) return (text) => ({ kind: 'float', value: Number(text) });
  if (texts.every((text) => BOOLEAN.test(text)))
    return (text) => ({ kind: 'boolean', value: text.toLowerCase() === 'true' });
  return (text) => ({ kind: 'text', text });
}

/** A whole number as it is written: without a plus and leading zeros. */
export function integer(text: string): NamingValue {
  return { kind: 'integer', text: String(BigInt(text.replace(/^\+/, ''))) };
}

/** A value of JSON or of a table that is no number in floating point; `undefined` for what is no single value. */
export function typeValue(value: unknown): LabelValue | undefined {
  if (value === null || value === undefined) return { kind: 'none', text: '' };
  if (typeof value === 'boolean') return { kind: 'boolean', value };
  if (typeof value === 'bigint') return integer(String(value));
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? { kind: 'none', text } : { kind: 'text', text };
}

/**
 * Names of classes: what `class_encode_column` of the datasets library makes of a column, `str(value)` in Python. One
 * fraction among numbers makes all of them fractions: `1` is then called `1.0`.
 */
export function nameClasses(values: readonly NamingValue[]): string[] {
  const isNumeric = values.every(({ kind }) => kind === 'integer' || kind === 'float');
  const isFraction = isNumeric && values.some(({ kind }) => kind === 'float');
  return values.map((value) => {
    switch (value.kind) {
      case 'text':
        return value.text;
      case 'integer':
        return isFraction ? describeFloat(Number(value.text)) : value.text;
      case 'float':
        return describeFloat(value.value);
      case 'boolean':
        return value.value ? 'True' : 'False';
    }
  });
}

/** A number as Python's `repr` writes it: the same digits as in JavaScript, another way to set them. */
function describeFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace('Infinity', 'inf').replace('NaN', 'nan');
  const [mantissa = '', power = ''] = value.toExponential().split('e');
  const exponent = Number(power);
  if (value !== 0 && (exponent < PYTHON_EXPONENTS.lowest || exponent > PYTHON_EXPONENTS.highest)) {
    const sign = exponent < 0 ? '-' : '+';
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.includes('.') ? text : `${text}.0`;
}
