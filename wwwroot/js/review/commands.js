// What the buttons with data-command do at once.
import { growMask, shrinkMask, smoothMask } from './morphology.js';
import { removeCrumbs, removeHoles } from './regions.js';
import { otherSize } from './settings.js';

/** Regions of fewer pixels are crumbs. */
const crumb = 16;

/** Changes of the whole mask: [name of the undo step, change]. */
export const changes = {
  grow: ['Grow', (mask) => growMask(mask, 2)],
  shrink: ['Shrink', (mask) => shrinkMask(mask, 2)],
  smooth: ['Smooth', (mask) => smoothMask(mask, 3)],
  holes: ['Fill holes', removeHoles],
  crumbs: ['Remove crumbs', (mask) => removeCrumbs(mask, crumb)],
  invert: ['Invert', (mask) => mask.invert()],
  clear: ['Clear', (mask) => mask.clear()],
};

export function actsOf(editor) {
  const { board, settings } = editor;
  const zoom = (factor) => { board.view.zoom(factor); board.viewChanged(); };
  return {
    undo: () => { if (editor.tool.isBusy) { editor.tool.back?.(); } else { editor.undo(); } },
    redo: () => editor.redo(),
    'zoom-in': () => zoom(1.25),
    'zoom-out': () => zoom(0.8),
    fit: () => { board.view.fit(); board.viewChanged(); },
    actual: () => zoom(1 / board.view.scale),
    larger: () => editor.set({ size: otherSize(settings.size, 1.25) }),
    smaller: () => editor.set({ size: otherSize(settings.size, 0.8) }),
    subtract: () => editor.set({ subtracts: !settings.subtracts }),
    refine: () => { editor.choose('smart'); editor.tool.refine(); },
    'smart-take': () => editor.tool.finish?.(),
    'smart-subtract': () => editor.tool.finish?.('subtract'),
    'smart-cancel': () => editor.tool.cancel?.(),
    'compare-model': () => editor.compare(editor.compared === 'model' ? null : 'model'),
    'compare-previous': () => editor.comparePrevious(),
    difference: () => editor.showDifference(),
    'use-model': () => editor.useModel(),
    loupe: () => editor.turnLoupe(),
  };
}

/** Commands that change the mask, for people who may. */
export const changing = new Set([...Object.keys(changes), 'undo', 'redo', 'refine', 'smart-take', 'smart-subtract', 'use-model']);
