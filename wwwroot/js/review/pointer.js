// Mouse, pen and fingers: one of them works with the tool, the middle button or the space bar moves the picture, two fingers pinch. While
// a pen is in use, fingers move the picture only, so that a resting hand paints nothing.

export class Pointers {
  #stage; #board; #tool; #down = new Map(); #work = null;

  /**
   * @param tool () => the tool in use: { down, move, up, cancel, hover, twice, isHand }
   * @param cursor (event or null) => void, told where the pointer is
   */
  constructor(stage, board, tool, cursor, signal) {
    this.#stage = stage;
    this.#board = board;
    this.#tool = tool;
    const options = { signal };
    stage.addEventListener('pointerdown', (event) => this.#press(event), options);
    stage.addEventListener('pointermove', (event) => { cursor(event); this.#move(event); }, options);
    stage.addEventListener('pointerup', (event) => this.#release(event, true), options);
    stage.addEventListener('pointercancel', (event) => this.#release(event, false), options);
    stage.addEventListener('pointerleave', () => cursor(null), options);
    stage.addEventListener('contextmenu', (event) => event.preventDefault(), options);
    stage.addEventListener('dblclick', () => tool().twice?.(), options);
    stage.addEventListener('wheel', (event) => this.#wheel(event), { ...options, passive: false });
  }

  /** Whether the space bar is held. */
  isPanning = false;

  get isWorking() { return this.#work !== null; }

  /** A place on the stage as a tool sees it. */
  point(event) {
    const box = this.#stage.getBoundingClientRect();
    const place = this.#board.view.toPicture({ x: event.clientX - box.left, y: event.clientY - box.top });
    return { ...place, pressure: event.pressure, kind: event.pointerType, isAlternate: event.altKey, isSecondary: event.button === 2 || (event.buttons & 2) !== 0 };
  }

  #press(event) {
    if (!this.#board.picture || event.target.closest('.pin')) { return; }
    this.#stage.focus({ preventScroll: true });
    this.#stage.setPointerCapture(event.pointerId);
    if (event.pointerType === 'pen') { this.#stage.dataset.pen = ''; }
    this.#down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    event.preventDefault();
    if (this.#down.size > 1) {
      this.#stop();
      return;
    }
    const tool = this.#tool();
    const onlyMoves = this.isPanning || event.button === 1 || tool.isHand || (event.pointerType === 'touch' && 'pen' in this.#stage.dataset);
    if (!onlyMoves) {
      this.#work = { id: event.pointerId, tool };
      tool.down(this.point(event));
    }
    this.#stage.classList.toggle('panning', onlyMoves);
  }

  #move(event) {
    const before = this.#down.get(event.pointerId);
    if (!before) {
      if (this.#board.picture) { this.#tool().hover?.(this.point(event)); }
      return;
    }
    if (this.#work?.id === event.pointerId) {
      const events = event.getCoalescedEvents?.() ?? [];
      this.#work.tool.move?.((events.length > 0 ? events : [event]).map((each) => this.point(each)));
    } else if (this.#down.size === 1) {
      this.#board.view.pan(event.clientX - before.x, event.clientY - before.y);
      this.#board.viewChanged();
    } else {
      this.#pinch(event, before);
    }
    this.#down.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  #release(event, isDone) {
    this.#down.delete(event.pointerId);
    this.#stage.classList.toggle('panning', false);
    if (this.#work?.id !== event.pointerId) { return; }
    const { tool } = this.#work;
    this.#work = null;
    if (isDone) { tool.up?.(this.point(event)); } else { tool.cancel?.(); }
  }

  /** A second finger came: what the first began was not meant. */
  #stop() {
    this.#work?.tool.cancel?.();
    this.#work = null;
  }

  #pinch(event, before) {
    const [, other] = [...this.#down].find(([id]) => id !== event.pointerId);
    const box = this.#stage.getBoundingClientRect();
    const now = { x: event.clientX, y: event.clientY };
    const distance = (place) => Math.max(1, Math.hypot(place.x - other.x, place.y - other.y));
    const middle = (place) => ({ x: (place.x + other.x) / 2 - box.left, y: (place.y + other.y) / 2 - box.top });
    const { view } = this.#board;
    view.pan(middle(now).x - middle(before).x, middle(now).y - middle(before).y);
    view.zoom(distance(now) / distance(before), middle(now));
    this.#board.viewChanged();
  }

  #wheel(event) {
    if (!this.#board.picture) { return; }
    event.preventDefault();
    const box = this.#stage.getBoundingClientRect();
    // A trackpad's two-finger scroll comes with a sideways part or with the shift key: it moves. Wheel and pinch zoom.
    if (event.shiftKey || (event.deltaX !== 0 && !event.ctrlKey)) {
      this.#board.view.pan(-event.deltaX, -event.deltaY);
    } else {
      this.#board.view.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), { x: event.clientX - box.left, y: event.clientY - box.top });
    }
    this.#board.viewChanged();
  }
}
