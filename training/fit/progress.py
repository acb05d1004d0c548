"""A progress line on a terminal, plain lines now and then elsewhere."""
import sys
import time


class Progress:
    def __init__(self, total: int, start: int = 0, out=sys.stderr, every: float = 20.0):
        self.total, self.start, self.out = total, start, out
        self.interval = 0.2 if out.isatty() else every
        self.began, self.shown = time.time(), 0.0

    def show(self, done: int, text: str, force: bool = False) -> None:
        now = time.time()
        if now - self.shown < self.interval and not force and done < self.total:
            return
        self.shown = now
        left = (now - self.began) / max(done - self.start, 1) * (self.total - done)
        line = f"{done}/{self.total} {text}, {left / 60:.1f} min left"
        if self.out.isatty():
            bar = "#" * (30 * done // max(self.total, 1))
            self.out.write(f"\r[{bar:<30}] {line}\x1b[K" + ("\n" if done >= self.total else ""))
        else:
            self.out.write(line + "\n")
        self.out.flush()
