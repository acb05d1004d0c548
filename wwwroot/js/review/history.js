// Undo and redo without end. A step is what a person did at once (a stroke, a fill); it consists of patches, each the pixels of a
// rectangle that changed, as run lengths. A patch toggles pixels, so the same patch undoes and redoes, and small work takes little room.

export class History {
  #mask; #known; #steps = []; #cursor = 0; #pending = null;

  /** @param mask the mask as it is now; what comes before it can't be undone */
  constructor(mask) {
    this.#mask = mask;
    this.#known = mask.values.slice();
  }

  /** How many steps are done; steps from there on are undone. */
  get cursor() { return this.#cursor; }

  get canUndo() { return this.#cursor > 0; }

  get canRedo() { return this.#cursor < this.#steps.length; }

  /** What would be undone next, and what redone, by name. */
  get names() { return [this.#steps[this.#cursor - 1]?.name, this.#steps[this.#cursor]?.name]; }

  /** Begins a step; what was undone before is forgotten when it turns out to change something. */
  begin(name) {
    this.#pending = { name, patches: [] };
  }

  /** Takes the changes in a rectangle since the last call into the open step. Gives the patch with its place, or null if nothing changed. */
  take(rectangle) {
    if (!this.#pending) { throw new Error('No step was begun.'); }
    const runs = rectangle && this.#difference(rectangle);
    if (!runs) { return null; }
    if (this.#pending.patches.length === 0) {
      this.#steps.length = this.#cursor;
      this.#steps.push(this.#pending);
      this.#cursor++;
    }
    const patch = { ...rectangle, runs };
    this.#pending.patches.push(patch);
    return { step: this.#cursor - 1, part: this.#pending.patches.length - 1, name: this.#pending.name, patch };
  }

  end() {
    this.#pending = null;
  }

  /** Takes the open step back as if it had never been begun; gives the rectangles that changed. */
  abandon() {
    const step = this.#pending;
    this.#pending = null;
    if (!step || step.patches.length === 0) { return []; }
    this.#steps.pop();
    this.#cursor--;
    return this.#toggle(step);
  }

  /** Undoes a step; gives the rectangles that changed. */
  undo() {
    this.end();
    return this.canUndo ? this.#toggle(this.#steps[--this.#cursor]) : [];
  }

  redo() {
    this.end();
    return this.canRedo ? this.#toggle(this.#steps[this.#cursor++]) : [];
  }

  /** Puts back steps that were kept elsewhere, of which the first `cursor` are done. */
  restore(steps, cursor) {
    this.#steps = steps;
    this.#cursor = 0;
    while (this.#cursor < Math.min(cursor, steps.length)) { this.redo(); }
  }

  #toggle(step) {
    for (const patch of step.patches) {
      toggle(this.#mask, this.#mask.values, patch);
      toggle(this.#mask, this.#known, patch);
    }
    return step.patches;
  }

  /** Lengths of runs of equal and unequal pixels in turn, row by row; null where all are equal. Brings the known pixels up to date. */
  #difference({ x, y, width, height }) {
    const runs = [];
    const now = this.#mask.values;
    const before = this.#known;
    let differs = 0;
    let run = 0;
    for (let row = y; row < y + height; row++) {
      const start = row * this.#mask.width + x;
      for (let i = start; i < start + width; i++) {
        const different = now[i] ^ before[i];
        if (different !== differs) {
          runs.push(run);
          run = 0;
          differs = different;
        }
        run++;
      }
      before.set(now.subarray(start, start + width), start);
    }
    if (differs) { runs.push(run); }
    return runs.length > 0 ? Uint32Array.from(runs) : null;
  }
}

/** Turns the pixels of a patch over. */
function toggle(mask, values, { x, y, width, height, runs }) {
  let place = 0;
  runs.forEach((run, i) => {
    const end = Math.min(place + run, width * height);
    while (i % 2 === 1 && place < end) {
      const row = Math.floor(place / width);
      const stop = Math.min(end, (row + 1) * width);
      const start = (y + row) * mask.width + x;
      for (let at = start + place % width, last = start + stop - row * width; at < last; at++) { values[at] ^= 1; }
      place = stop;
    }
    place = end;
  });
}
