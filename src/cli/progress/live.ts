import { createLogUpdate } from 'log-update';
import type { CliContext } from '../io.ts';
import { createPaint } from '../paint.ts';
import { createBuildView, updateBuildView } from './build-view.ts';
import type { Progress } from './progress.ts';
import { formatTree } from './tree.ts';

const frameMs = 100;

/** Redraws the tree of stages ten times a second. */
export function createLiveProgress({ stderr, env }: CliContext): Progress {
  const paint = createPaint(stderr, env);
  const render = createLogUpdate(stderr as NodeJS.WriteStream);
  let view = createBuildView(performance.now());
  const draw = () => {
    const screen = { columns: stderr.columns ?? 80, rows: stderr.rows ?? 24 };
    render(formatTree(view, performance.now(), screen, paint));
  };
  const timer = setInterval(draw, frameMs);
  return {
    onEvent(event) {
      view = updateBuildView(view, event, performance.now());
    },
    stop() {
      clearInterval(timer);
      draw();
      render.done();
    },
  };
}
