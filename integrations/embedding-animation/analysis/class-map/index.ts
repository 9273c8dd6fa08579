/** The class map: each class an anchor on a circle, each image between them by the probabilities that a model gives it. */
export { confusionOf } from './confusion.ts';
export { orderClasses } from './order-classes.ts';
export { placeAnchors, placeOnCircle } from './place-on-circle.ts';
export { chooseTemperature } from './temperature.ts';
