#!/usr/bin/env node
// Plain JavaScript, so that an older Node.js reads it and says what it lacks: from 22.18 on, TypeScript is run as is.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `astro-embedding-animation needs Node.js 22.18 or newer; this is ${process.versions.node}.\n`,
  );
  process.exitCode = 1;
} else {
  const { main } = await import('../cli/main.ts');
  process.exitCode = await main(process.argv.slice(2));
}
