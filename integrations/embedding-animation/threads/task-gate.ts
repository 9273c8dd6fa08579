/**
 * Where the threads of a pool say that they are at work, so that none is ended in the middle of it: a thread that is
 * ended inside onnxruntime aborts the whole process, because what the native call then throws finds no JavaScript.
 */

/** `[tasks under way, whether it is shut]`, in memory that a pool's threads share. */
export type TaskGate = Int32Array<SharedArrayBuffer>;

const WORKING = 0;
const SHUT = 1;

/** A gate with nothing behind it. */
export function openGate(): TaskGate {
  return new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
}

/** A task begins. Gives whether it may; only one that may has to `leaveGate`. */
export function enterGate(gate: TaskGate): boolean {
  Atomics.add(gate, WORKING, 1); // before the look at SHUT: whoever shuts the gate then waits for this task
  if (!isGateShut(gate)) return true;
  leaveGate(gate);
  return false;
}

/** A task has ended. */
export function leaveGate(gate: TaskGate): void {
  Atomics.sub(gate, WORKING, 1);
  Atomics.notify(gate, WORKING);
}

/** No task begins from now on; those under way may look and end early. */
export function shutGate(gate: TaskGate): void {
  Atomics.store(gate, SHUT, 1);
}

/** Whether tasks should come to an end. */
export function isGateShut(gate: TaskGate): boolean {
  return Atomics.load(gate, SHUT) === 1;
}

/** Shuts the gate and blocks this thread until no task is under way: for a process that ends and can't await. */
export function emptyGate(gate: TaskGate): void {
  shutGate(gate);
  for (;;) {
    const working = Atomics.load(gate, WORKING);
    if (working === 0) return;
    Atomics.wait(gate, WORKING, working);
  }
}
