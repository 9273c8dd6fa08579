/**
 * Preloaded into a process, makes its n-th change of a file fail, or kills the process at it. `FAULT` is what happens
 * (`kill`, or the code of an error), `FAULT_AT` when (`2` for the second), and `FAULT_PATH` an expression that the
 * file's path must fit to count.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { FAULT: fault = '', FAULT_AT: at = '1', FAULT_PATH: path = '' } = process.env;
const expression = new RegExp(path);
let left = Number(at);

/** @param {string} call @param {unknown} target */
function pass(call, target) {
  if (typeof target !== 'string' || !expression.test(target)) return;
  left -= 1;
  if (left > 0 || (left < 0 && fault === 'kill')) return;
  if (fault === 'kill') process.kill(process.pid, 'SIGKILL');
  throw Object.assign(new Error(`${fault}: as on a bad disk, ${call} '${target}'`), {
    code: fault,
    syscall: call,
    path: target,
  });
}

const { copyFile, rename, writeFile } = fs.promises;
fs.promises.writeFile = async (file, ...rest) => {
  pass('open', file);
  await writeFile(file, ...rest);
  pass('write', file); // the disk is full at the end of it, or the process is killed with all of it written
};
fs.promises.copyFile = async (source, target, ...rest) => {
  pass('copyfile', target);
  await copyFile(source, target, ...rest);
  pass('copyfile', target);
};
fs.promises.rename = async (from, to) => {
  pass('rename', to);
  await rename(from, to);
  pass('rename', to);
};
syncBuiltinESMExports();
