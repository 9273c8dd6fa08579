/** Every word that pictures, the player and captions use, in English: the shape that other languages follow. */

/** Text for each plural category of `Intl.PluralRules` that the language tells apart; `other` for the rest. */
export interface PluralForms {
  readonly zero?: string | undefined;
  readonly one?: string | undefined;
  readonly two?: string | undefined;
  readonly few?: string | undefined;
  readonly many?: string | undefined;
  readonly other: string;
}

/** Text with placeholders such as `{share}`, or one for each plural form of its `{count}`. */
export type Template = string | PluralForms;

/** The English words. Placeholders in braces are filled in; other languages may put them anywhere. */
export const ENGLISH = {
  // --- pictures and player
  /** Which checkpoint a frame shows. */
  step: 'Step {step}',
  /** How long it had been trained. */
  epoch: 'epoch {epoch}',
  /** Accuracy in pictures. */
  heldOutAccuracy: '{share} held-out accuracy',
  /** Heading of the leaderboard. */
  strongestOutliers: 'Strongest outliers',
  /** Heading of the leaderboard's last column: distances to an image's neighbours, in multiples of the median image's. */
  usualDistance: '× usual distance',
  /** The same where there is less room. */
  distance: 'distance',
  /** Heading of the loss curve. */
  trainingLoss: 'Training loss',
  /** Behind the heading of the loss curve, where its horizontal axis is steps. */
  byStep: 'by step',
  /** The same for epochs. */
  byEpoch: 'by epoch',
  /** End of a legend that has no room for all classes. */
  moreClasses: '+{count} more',

  // --- the player
  /** Accuracy beside the scrubber. */
  accuracy: 'accuracy {share}',
  /** What the button does, for screen readers. */
  play: 'Play animation',
  /** The same while it plays. */
  pause: 'Pause animation',
  /** Name of the scrubber. */
  checkpoint: 'Checkpoint',
  /** What a tap on the picture does. */
  enlarge: 'Show it large',
  /** Ends the large picture. */
  close: 'Close',
  /** Name of button and scrubber together. */
  controls: 'Controls of the animation “{title}”',
  /** In the place of an animation that `astro dev` has not finished. */
  rendering: 'This animation is being rendered. The page reloads by itself when it is ready.',

  // --- several maps of a run
  /** Name of the switch between a run's maps. */
  mapChoice: 'Map',
  /** A map along each checkpoint's own two principal components. */
  mapPerCheckpoint: 'Axes of each checkpoint',
  /** What such a map is. */
  mapPerCheckpointAbout:
    'Each checkpoint is shown along its own two principal components, and its map is laid onto the others: two axes show as much of each as they can, but they do not mean the same in every frame.',
  /** A map along the two principal components of all checkpoints together. */
  mapPooled: 'Axes of all checkpoints',
  /** What such a map is. */
  mapPooledAbout: 'One set of axes for all checkpoints: what moves on the map has moved.',
  /** A map along the last checkpoint's two principal components. */
  mapLast: 'Axes of the last checkpoint',
  /** What such a map is. */
  mapLastAbout:
    'All checkpoints are shown along the two principal components of the last one: the map shows how what the finished model tells apart came about.',
  /** A map of the classes. */
  mapClasses: 'Classes on a circle',
  /** What such a map is. */
  mapClassesAbout:
    'Each class has its place on a circle, and each image lies between the classes by the probabilities that the model gives it: the surer the model, the nearer to the edge.',

  // --- how far a map can be trusted, a sentence a figure
  /** Share of the variance on the two axes. */
  qualityVariance:
    'The two axes hold {value} of the variance of the embeddings; what lies in other directions cannot be seen.',
  /** Trustworthiness. */
  qualityTrustworthiness:
    'Trustworthiness is {value} of at most 1: it is lower the more images are close together on the map that the model sees as different.',
  /** Continuity. */
  qualityContinuity:
    'Continuity is {value} of at most 1: it is lower the more images are far apart on the map that the model sees as similar.',
  /** Neighbourhood preservation. */
  qualityPreservation:
    'Of the {neighbours} images that the model sees as most similar to an image, {value} are among its {neighbours} neighbours on the map.',
  /** Neighbourhood hit. */
  qualityHit: 'Of an image’s {neighbours} neighbours on the map, {value} are of its class.',
  /** Procrustes disparity. */
  qualityDisparity:
    'The disparity to the last frame is {value}: 0 is the same shape, 1 is nothing in common.',
  /** Temporal Pearson correlation. */
  qualityPearson:
    'From frame to frame, how far images move on the map and how far their embeddings move correlate with {value}: at 1 they move alike, at 0 they have nothing to do with each other.',
  /** Temporal Spearman correlation. */
  qualitySpearman:
    'By rank, that correlation is {value}: at 1 the images that move furthest on the map are those whose embeddings do.',
  /** Temporal stress. */
  qualityStress:
    'The normalised stress between these movements is {value}: 0 where the map moves as the embeddings do.',

  // --- the caption
  /** Beginning of the caption. */
  captionTitle: '{title}.',
  /** Who made the images. */
  images: 'Images: {credit}.',
  /** Links to the files. */
  download: 'Get it as {gif} or {json}.',
  /** Text of the GIF's link. */
  gif: 'GIF ({size})',
  /** Text of the JSON's link. */
  json: 'JSON',

  // --- the text alternative, sentence by sentence
  /** What is seen. */
  altMap:
    'Animated scatter plot: the embeddings of {images} from {classes}, projected on two principal components, one dot an image, coloured by class, one frame for each of {checkpoints}, from step {first} to step {last}.',
  /** `{images}` in `altMap`. */
  imageCount: { one: '{count} image', other: '{count} images' },
  /** `{classes}` in `altMap`. */
  classCount: { one: '{count} class', other: '{count} classes' },
  /** `{checkpoints}` in `altMap`. */
  checkpointCount: { one: '{count} checkpoint', other: '{count} checkpoints' },
  /** Accuracy in the first frame and in the last. */
  altAccuracy: 'Held-out accuracy goes from {first} to {last}.',
  /** Share of the variance that the map shows, in the first frame and in the last. */
  altVariance: 'The two components hold {first} of the variance in the first frame and {last} in the last.',
  /** What stands beside the map. */
  altAside: 'Beside the map, each frame shows its ten strongest outliers and the training loss so far.',
  /** What is seen of a map along the axes of all checkpoints, in the place of `altMap`. */
  altMapPooled:
    'Animated scatter plot: the embeddings of {images} from {classes}, projected on the two principal components of all checkpoints together, one dot an image, coloured by class, one frame for each of {checkpoints}, from step {first} to step {last}.',
  /** The same along the axes of the last checkpoint. */
  altMapLast:
    'Animated scatter plot: the embeddings of {images} from {classes}, projected on the two principal components of the last checkpoint, one dot an image, coloured by class, one frame for each of {checkpoints}, from step {first} to step {last}.',
  /** The same of a map of classes. */
  altMapClasses:
    'Animated map of classes: {classes} stand on a circle, and each of {images} lies between them by the probabilities that the model gives it, one dot an image, coloured by class, one frame for each of {checkpoints}, from step {first} to step {last}.',

  // --- how frames are laid onto each other, behind a map's title
  /** Onto the last frame. */
  alignLast: 'laid onto the last frame',
  /** Onto the mean shape of all frames. */
  alignGeneralized: 'laid onto the mean shape',
  /** Onto the first frame. */
  alignFirst: 'laid onto the first frame',
  /** Each onto the one before. */
  alignPrevious: 'each laid onto the one before',
  /** Not at all, where it could be. */
  alignNone: 'not aligned',
  /** Behind one of them: frames keep their sizes. */
  withoutScaling: 'without scaling',
  /** Behind one of them: frames are not mirrored. */
  withoutReflection: 'without mirroring',

  /** A map with how its frames were laid onto each other. */
  mapAligned: '{title} ({alignment})',
  /** Between items of a list. */
  listComma: ', ',

  // --- the panel on how far a map can be trusted
  /** Its heading. */
  qualityTitle: 'How far to trust the map “{title}”',
  /** Before the figures of frames. */
  qualityOfFrames: 'In the last frame',
  /** Before the figures of all frames together. */
  qualityOfRun: 'Over all frames',
  /** Beside a figure's curve: its values in the first and in the last frame. */
  qualityRange: 'first {first}, last {last}',
  /** Values of a figure that is told for several frames at once. */
  valueRange: '{least} to {most}',
  /** How frames were laid onto each other. */
  qualityAlignment: 'Frames are {alignment}.',
  /** Of axes or anchors that all frames share. */
  qualityShared: 'Nothing is aligned: places on the map mean the same in every frame.',
  /** In how many frames turning and mirroring fit alike. */
  qualityMirrors: {
    one: 'In {count} frame, turned and mirrored fit almost alike: the map may seem to flip there.',
    other: 'In {count} frames, turned and mirrored fit almost alike: the map may seem to flip there.',
  },

  // --- the table of maps
  /** What the table holds. */
  compareTitle: 'Maps of “{title}” side by side',
  /** Heading of the correlation between movements on the map and in embedding space. */
  compareMovement: 'Moves as the embeddings do (temporal Pearson)',
  /** Heading of the trustworthiness of three frames. */
  compareTrust: 'Trustworthiness',
  /** The first of the three. */
  firstFrame: 'first frame',
  /** The middle one. */
  middleFrame: 'middle',
  /** The last one. */
  lastFrame: 'last',
  /** Heading of the neighbourhood hit. */
  compareHit: 'Same class among {neighbours} neighbours, last frame',
  /** Last row: the embeddings themselves. */
  compareEmbeddings: 'All dimensions of the embedding',
  /** Behind the best values of a column, for screen readers. */
  best: '(best)',
  /** Under the table: which map is best for following images through the training. */
  compareMoves: 'Images move most as their embeddings do on: {maps}.',
  /** The same for neighbours that are neighbours. */
  compareNeighbours: 'Neighbours on the map are most often true neighbours on: {maps}.',
  /** The same for seeing classes apart. */
  compareClasses: 'Classes stand apart best on: {maps}.',
  /** How much of what the embeddings tell apart the best map shows. */
  compareLimit:
    'Of an image’s {neighbours} nearest, {map} are of its class on the best map and {embeddings} in the embedding: what two dimensions leave out.',
  /** A reservation. */
  compareFewFrames: 'With so few checkpoints, figures of movement say little.',
  /** Another. */
  compareFewImages: 'With so few images, figures of neighbours say little.',
} as const satisfies Readonly<Record<string, Template>>;

/** Name of a text. */
export type WordKey = keyof typeof ENGLISH;

/** All texts of a language. */
export type Words = Readonly<Record<WordKey, Template>>;

/** Some of them. */
export type SomeWords = { readonly [Key in WordKey]?: Template | undefined };

/** Names of all texts. */
export const WORD_KEYS = Object.keys(ENGLISH) as WordKey[]; // keys of a constant

/** Names of the placeholders of a text, without braces. */
export function placeholdersOf(template: Template): string[] {
  const texts = typeof template === 'string' ? [template] : Object.values(template);
  const found = texts.flatMap((text: string) => Array.from(text.matchAll(PLACEHOLDER), ([, name]) => name!));
  return [...new Set(found)];
}

/** A placeholder in a text: its name is the first group. */
export const PLACEHOLDER = /\{(\w+)\}/g;
