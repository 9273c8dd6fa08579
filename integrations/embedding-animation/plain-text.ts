/** Text from files, made safe for terminals and logs. */

/** Characters that steer a terminal, end a line or turn its direction, but for the line feed and the tab. */
const STEERING = /[\0-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * `text` with its control characters written out, `\u001b` for an escape: a name from a file can't move the cursor,
 * colour or hide what is printed. Inside a text in JSON they mean the same as before.
 */
export function showControls(text: string): string {
  return text.replace(STEERING, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
