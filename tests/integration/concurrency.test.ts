/** Builds of one project at the same time. */
import { describe, expect, it } from 'vitest';
import { hashPublished, makeProject, openProject, renderInProcess } from '../helpers/project.ts';
import { countMade } from '../helpers/stored-results.ts';

describe('builds at the same time in one project', () => {
  it('all end well, with the files of a build that was alone', async () => {
    const alone = await makeProject();
    await openProject(alone).engine.renderAll();
    const root = await makeProject();
    const outcomes = await Promise.all([renderInProcess(root), renderInProcess(root)]);
    for (const { exitCode, output } of outcomes) {
      expect(exitCode, output).toBe(0);
      expect(output).not.toContain('warning');
    }
    expect(await hashPublished(root)).toEqual(await hashPublished(alone));
  });

  it('leave each other their files when they draw with other options', async () => {
    const root = await makeProject();
    const themes = ['light', 'dark'] as const;
    const outcomes = await Promise.all(
      themes.map((theme) => renderInProcess(root, { options: { threads: 1, animation: { theme } } })),
    );
    for (const { exitCode, output } of outcomes) expect(exitCode, output).toBe(0);
    for (const theme of themes) {
      const { engine } = openProject(root, { animation: { theme } });
      expect(await countMade(root, () => engine.renderAll())).toEqual({});
    }
  });

  it('is one build that a second call joins, and another one after a change', async () => {
    const root = await makeProject();
    const { engine, infos } = openProject(root);
    const first = engine.renderAll();
    await expect.poll(() => infos.some((line) => line.includes('embedded')), { timeout: 60_000 }).toBe(true);
    engine.invalidate(); // what was read before it may be of another state
    await Promise.all([first, engine.renderAll(), engine.renderAll()]);
    expect(infos.filter((line) => line.includes('drew'))).toHaveLength(1);
    expect(infos.filter((line) => line.includes('unchanged'))).toHaveLength(1);
  });
});
