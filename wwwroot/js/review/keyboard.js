// Painting without a pointer: arrows move a cross, the space bar puts the tool down and lifts it, Enter finishes, Escape gives up. With
// Ctrl, Z and Y undo and redo. Letters belong to the buttons of the page (data-key).
import { cross } from './guide.js';

const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Keyboard {
  #board; #pointers; #tool; #place = null; #down = null; #commands;

  constructor(stage, board, pointers, tool, commands, signal) {
    this.#board = board;
    this.#pointers = pointers;
    this.#tool = tool;
    this.#commands = commands;
    const options = { signal };
    stage.addEventListener('keydown', (event) => this.#onStage(event), options);
    stage.addEventListener('blur', () => this.hide(), options);
    stage.addEventListener('pointerdown', () => this.hide(), options);
    document.addEventListener('keydown', (event) => this.#anywhere(event), options);
    document.addEventListener('keyup', (event) => { if (event.key === ' ') { pointers.isPanning = false; } }, options);
  }

  draw(context, view) {
    if (this.#place) { cross(context, view.toStage(this.#place), this.#down !== null); }
  }

  hide() {
    this.#down?.cancel?.();
    this.#down = this.#place = null;
    this.#board.guideChanged();
  }

  #onStage(event) {
    if (!this.#board.picture || event.ctrlKey || event.metaKey) { return; }
    const arrow = arrows[event.key];
    if (arrow) {
      event.preventDefault();
      this.#step(arrow, event.shiftKey ? 40 : 8, event.altKey);
    } else if (event.key === ' ') {
      event.preventDefault();
      if (this.#place && !event.repeat) { this.#press(event.altKey); } else if (!this.#place) { this.#pointers.isPanning = true; }
    }
  }

  /** So many pixels of the screen, but at least one of the picture. */
  #step([x, y], pixels, isAlternate) {
    const { view, mask } = this.#board;
    const far = Math.max(1, Math.round(pixels / view.scale));
    const middle = view.toPicture({ x: view.stage.width / 2, y: view.stage.height / 2 });
    const from = this.#place ?? { x: Math.floor(middle.x) + 0.5, y: Math.floor(middle.y) + 0.5 };
    const within = (value, most) => Math.min(most - 0.5, Math.max(0.5, value));
    this.#place = { x: within(from.x + (this.#place ? x * far : 0), mask.width), y: within(from.y + (this.#place ? y * far : 0), mask.height) };
    view.show(this.#place);
    this.#board.viewChanged();
    const point = this.#point(isAlternate);
    if (this.#down) { this.#down.move?.([point]); } else { this.#tool().hover?.(point); }
  }

  #press(isAlternate) {
    const tool = this.#tool();
    const point = this.#point(isAlternate);
    if (this.#down) {
      this.#down.up?.(point);
      this.#down = null;
    } else {
      tool.down(point);
      if (tool.isDrag) { this.#down = tool; } else { tool.up?.(point); }
    }
    this.#board.guideChanged();
  }

  #point(isAlternate) { return { ...this.#place, pressure: 0, kind: 'key', isAlternate, isSecondary: false }; }

  #anywhere(event) {
    const isTyping = event.target.closest?.('input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable]');
    if (isTyping || document.querySelector('dialog[open]')) { return; }
    const key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && (key === 'z' || key === 'y')) {
      event.preventDefault();
      if (key === 'y' || event.shiftKey) { this.#commands.redo(); } else { this.#commands.undo(); }
      return;
    }
    if (event.ctrlKey || event.metaKey) { return; }
    const tool = this.#tool();
    const isOnControl = event.target.closest?.('button, a, summary, input, [role=button]');
    if (event.key === 'Enter' && !isOnControl && tool.isBusy) { this.#take(event, () => tool.finish()); }
    if (event.key === 'Escape' && (tool.isBusy || this.#place)) { this.#take(event, () => { tool.cancel?.(); this.hide(); }); }
    if (event.key === 'Backspace' && tool.isBusy) { this.#take(event, () => tool.back?.()); }
  }

  #take(event, act) {
    event.preventDefault();
    act();
  }
}
