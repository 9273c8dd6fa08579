#!/usr/bin/env node
// An older Node.js reads this file too, so that it can say what it lacks.
const OLDEST = [22, 12];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `astro-embedding-animation needs Node.js ${OLDEST.join('.')} or newer; this is ${process.versions.node}.\n`,
  );
  process.exitCode = 1;
} else {
  const { main } = await import('../dist/cli/main.js');
  process.exitCode = await main(process.argv.slice(2));
}
