/** The runs of a project, and their rendering while their folders change. */
export { createContext, pruneUnused, type EngineContext } from './context.ts';
export { createEngine, type Engine, type RenderingFiles } from './engine.ts';
export { describeFailure, describeFailureLines, type FailureText, type RunFailure } from './failures.ts';
