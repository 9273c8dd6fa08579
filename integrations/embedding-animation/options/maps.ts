/** Maps of a run: how embeddings become points of the plane, and how the frames are aligned. */
import { z } from 'zod';

/** How embeddings become points. */
const projection = z.enum(['per-checkpoint', 'pooled', 'last', 'classes']);

/** What frames are aligned to. */
const alignment = z.enum(['last', 'generalized', 'first', 'previous', 'none']);

export type Projection = z.output<typeof projection>;

/** Names files and addresses: the letters that stay as they are in both. */
const mapName = z
  .string()
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'must be lower-case letters, digits and single hyphens, such as "pooled"',
  )
  .max(40);

/** Keys of a map. */
export const mapFieldsSchema = z.strictObject({
  /**
   * Names the map in files, addresses and commands: lower-case letters, digits and hyphens.
   * @default the projection
   */
  name: mapName.optional(),
  /**
   * What readers see where they choose between maps.
   * @default what the map is, in the run's language
   */
  title: z.string().min(1).optional(),
  /**
   * How embeddings become points. `per-checkpoint`: each checkpoint's two principal components, as in the article;
   * `pooled`: the two principal components of all checkpoints' embeddings together, so that the axes mean the same in
   * every frame; `last`: those of the last checkpoint, for all; `classes`: each class an anchor on a circle, each image
   * between them by the probabilities that the model gives it. `classes` needs a classifier.
   */
  projection,
  /**
   * What every frame is moved, turned, mirrored and scaled onto (Procrustes). `last`: the last frame; `generalized`: the
   * mean shape of all frames (Gower 1975), then all together onto the last; `first`, `previous`: the frame of that
   * name; `none`: frames stay as they are projected.
   * @default 'last' for `per-checkpoint`; 'none' for the others, whose axes mean the same in every frame
   */
  align: alignment.optional(),
  /**
   * Whether aligning may scale a frame. Without it frames keep their sizes, so that growth shows.
   * @default true
   */
  scaling: z.boolean().default(true),
  /**
   * Whether aligning may mirror a frame.
   * @default true
   */
  reflection: z.boolean().default(true),
});

/** A map, or the name of a projection alone. */
const mapSchema = z
  .union([projection.transform((only) => ({ projection: only })), mapFieldsSchema])
  .transform(completeMap)
  .refine(({ projection: kind, align }) => kind !== 'classes' || align === 'none', {
    error: 'a map of classes is not aligned: its anchors are the same in every frame',
    path: ['align'],
  });

/** The maps of a run, the one that is shown first. */
export const mapsSchema = z
  .array(mapSchema)
  .min(1, 'must hold a map')
  .superRefine((maps, context) => {
    const names = maps.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice === undefined) return;
    context.addIssue({ code: 'custom', message: `two maps are called "${twice}": give one another "name"` });
  });

/** A map with all that may be said of it, as results and packs have it. */
export const mapOptionsSchema = z.strictObject({
  name: mapName,
  title: z.string().min(1).optional(),
  projection,
  align: alignment,
  scaling: z.boolean(),
  reflection: z.boolean(),
});

/** A map with all that may be said of it; `title` where the author gave one. */
export type MapOptions = Readonly<z.output<typeof mapOptionsSchema>>;

type GivenMap = Pick<z.output<typeof mapFieldsSchema>, 'projection'> &
  Partial<z.output<typeof mapFieldsSchema>>;

/** Fills in what was not said of a map. */
export function completeMap({ projection: kind, ...given }: GivenMap): MapOptions {
  return {
    name: given.name ?? kind,
    ...(given.title !== undefined && { title: given.title }),
    projection: kind,
    align: given.align ?? (kind === 'per-checkpoint' ? 'last' : 'none'),
    scaling: given.scaling ?? true,
    reflection: given.reflection ?? true,
  };
}

/** The map of the article: each checkpoint's own principal components, aligned to the last. */
export const DEFAULT_MAPS: readonly [MapOptions] = [completeMap({ projection: 'per-checkpoint' })];

/** A map of each projection, with what is done where nothing else is said. */
export const MAP_OF_EACH_PROJECTION: readonly MapOptions[] = projection.options.map((each) =>
  completeMap({ projection: each }),
);
