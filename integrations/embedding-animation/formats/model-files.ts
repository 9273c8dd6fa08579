/** Names of the files that transformers and PEFT save, which more than one room reads. */

/** What a model is: its type, its sizes and its classes. */
export const MODEL_CONFIG = 'config.json';
/** What an adapter is. */
export const ADAPTER_CONFIG = 'adapter_config.json';
export const ADAPTER_WEIGHTS = 'adapter_model.safetensors';
/** How images are prepared for a model. */
export const IMAGE_PROCESSOR_CONFIG = 'preprocessor_config.json';
/** transformers 5 saves all processors of a model in this one, that of images at `image_processor`. */
export const PROCESSOR_CONFIG = 'processor_config.json';
