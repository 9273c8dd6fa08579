export { mapBounded } from '../concurrency.ts';
