// Comments on the picture. The page draws them as elements with data-x and data-y (pixels of the picture); here they are put where
// those pixels are on the stage.

export class Pins {
  #holder; #board; #watcher;

  constructor(holder, board) {
    this.#holder = holder;
    this.#board = board;
    this.#watcher = new MutationObserver(() => this.place());
    this.#watcher.observe(holder, { childList: true, subtree: true, attributeFilter: ['data-x', 'data-y'] });
  }

  place() {
    for (const pin of this.#holder.querySelectorAll('[data-x]')) {
      const { x, y } = this.#board.view.toStage({ x: Number(pin.dataset.x), y: Number(pin.dataset.y) });
      pin.style.transform = `translate(${x}px, ${y}px)`;
    }
  }

  dispose() { this.#watcher.disconnect(); }
}
