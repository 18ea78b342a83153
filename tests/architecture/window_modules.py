"""Open the real window, let it load its demo clip, and print what the process has imported, one name a line."""

from __future__ import annotations

import sys
import time

IDLE_S = 0.5


def main() -> None:
    """Print the imported modules once the demo clip is there and nothing has been under way for a while."""
    from engine.jobs import Workers
    from gui.app import build

    made: list[Workers] = []
    start = Workers.__init__

    def watched(self: Workers, *args: object, **named: object) -> None:
        start(self, *args, **named)  # type: ignore[arg-type]  # handed on as it came
        made.append(self)

    Workers.__init__ = watched  # type: ignore[method-assign]  # the window makes its own workers
    app, application = build([])
    application.start()
    begun = idle_since = time.monotonic()
    while time.monotonic() < idle_since + IDLE_S:
        if time.monotonic() > begun + 90:
            raise SystemExit("the demo clip was not loaded and drawn within a minute and a half")
        app.processEvents()
        if application.store.project.recipe() is None or any(workers.busy for workers in made):
            idle_since = time.monotonic()
        time.sleep(0.005)
    print("\n".join(sorted(sys.modules)))
    application.close()


if __name__ == "__main__":
    main()
