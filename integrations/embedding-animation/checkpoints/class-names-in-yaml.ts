/** Names of classes in YAML are text, whatever YAML would take them for. */
import { isAlias, isMap, isScalar, isSeq, Scalar, type Document, type Pair, type YAMLMap } from 'yaml';

/**
 * Turns names of classes such as `1`, `01`, `on` or `null` into the text that was written, and the mapping
 * `dataset.classes` into a list: an object would put names that are numbers first.
 */
export function keepClassNames(document: Document): void {
  const classes = resolveNode(document, ['dataset', 'classes']);
  if (isSeq(classes)) {
    classes.items.forEach((item, index) => {
      if (isScalar(item)) classes.items[index] = textOf(item);
      else if (isMap(item) && item.items.length === 1) {
        classes.items[index] = document.createNode(describeClass(item.items[0]!)); // `- truck: トラック`
      }
    });
  } else if (isMap(classes) && classes.items.length > 0) {
    document.setIn(['dataset', 'classes'], document.createNode(classes.items.map(describeClass)));
  }
  keepKeys(resolveNode(document, ['animation', 'palette']));
  for (const theme of ['light', 'dark']) keepKeys(resolveNode(document, ['animation', 'palette', theme]));
}

function describeClass({ key, value }: Pair): unknown {
  const name = textOf(key);
  const isShownAsItIs = value === null || (isScalar(value) && value.value === null);
  return isShownAsItIs ? name : { name, displayName: textOf(value) };
}

function keepKeys(node: unknown): void {
  if (!isMap(node)) return;
  const map: YAMLMap = node;
  for (const pair of map.items) pair.key = textOf(pair.key);
}

/** The node at `path`, or what it stands for where it is an alias. */
function resolveNode(document: Document, path: readonly string[]): unknown {
  if (path.length > 1 && !document.hasIn(path.slice(0, -1))) return undefined;
  const node = document.getIn(path, true);
  return isAlias(node) ? node.resolve(document) : node;
}

function textOf(node: unknown): unknown {
  if (!isScalar(node) || typeof node.value === 'string') return node;
  return new Scalar(node.source ?? String(node.value));
}
