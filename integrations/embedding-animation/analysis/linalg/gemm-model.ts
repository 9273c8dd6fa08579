import { integerField, messageField, textField, type Fields } from '../../formats/onnx/protobuf.ts';

/** What matrices hold. */
export type ProductType = 'float32' | 'float64';

/** Which of two factors is turned (transposed) before they are multiplied. */
export type Turned = 'neither' | 'first' | 'second';

/** Names of the model's inputs and of its output. */
export const PRODUCT = { a: 'a', b: 'b', y: 'y' } as const;

/** TensorProto.DataType. */
const DATA_TYPES = { float32: 1, float64: 11 } as const;

const IR_VERSION = 9;
const OPSET = 20;

/** An ONNX model of one `Gemm` node: matrices of any size in, their product out (field numbers: onnx/onnx.proto). */
export function writeProductModel(type: ProductType, turned: Turned): Uint8Array {
  const node: Fields = [
    textField(1, PRODUCT.a),
    textField(1, PRODUCT.b),
    textField(2, PRODUCT.y),
    textField(4, 'Gemm'),
    messageField(5, integerAttribute('transA', Number(turned === 'first'))),
    messageField(5, integerAttribute('transB', Number(turned === 'second'))),
  ];
  const graph: Fields = [
    messageField(1, node),
    textField(2, 'product'),
    messageField(11, describeMatrix(PRODUCT.a, type)),
    messageField(11, describeMatrix(PRODUCT.b, type)),
    messageField(12, describeMatrix(PRODUCT.y, type)),
  ];
  return Buffer.concat([
    integerField(1, IR_VERSION),
    messageField(7, graph),
    messageField(8, [textField(1, ''), integerField(2, OPSET)]),
  ]);
}

/** AttributeProto of type INT. */
function integerAttribute(name: string, value: number): Fields {
  return [textField(1, name), integerField(3, value), integerField(20, 2)];
}

/** ValueInfoProto of a matrix whose sizes are left open. */
function describeMatrix(name: string, type: ProductType): Fields {
  const dimensions = ['rows', 'columns'].map((size) => messageField(1, [textField(2, `${size} of ${name}`)]));
  const tensor = [integerField(1, DATA_TYPES[type]), messageField(2, dimensions)];
  return [textField(1, name), messageField(2, [messageField(1, tensor)])];
}
