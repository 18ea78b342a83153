"""Keeps eyes and ears on the draw that is looked at: from the document to takes, from takes to views and player."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from engine.clip import TimeMap
from engine.playback.messages import (
    Bridge,
    Follow,
    Listen,
    Loop,
    Message,
    Pause,
    Play,
    PlayOnce,
    Rescan,
    Seek,
    Side,
    Sound,
    Stop,
    Tapped,
    TryPluginsAgain,
)  # fmt: skip
from engine.playback.player import Player
from engine.project import Project
from engine.takes import Takes, View
from engine.track import Scratch

from .bridge import Bridge as Workers
from .store import Store

SNAPSHOT_MS = 33
PATIENCE_MS = 10_000
"""So long a wish to play is kept while there is nothing to play yet."""


class Audition(QObject):
    """Publishes what can be seen (`viewed`) and where the sound is (`ticked`), and passes the transport's wishes on.

    `looped` gives the region that playback goes round, or None.
    `troubled` says what is wrong with the sound, once for each trouble and each attempt to play; empty when it is over.
    `told` says what went well by itself.
    """

    viewed = Signal(object)
    ticked = Signal(object)
    troubled = Signal(str)
    looped = Signal(object)
    told = Signal(str)

    def __init__(self, store: Store, workers: Workers, player: Player, scratch: Scratch, parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._player = player
        self._takes = Takes(workers.submit, scratch, self._publish)
        self._followed: Follow | None = None
        self._looping = False
        self._trouble: str | None = ""
        self._news = ""
        self._wish = QElapsedTimer()
        self.side: Side = "take"
        self._loop: tuple[float, float] | None = None
        self.view: View | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(SNAPSHOT_MS)
        self._timer.timeout.connect(self._tick)
        store.changed.connect(self._document_changed)

    def start(self) -> None:
        """Begin to play and to poll; called behind the first paint."""
        self._player.start()
        self._timer.start()
        self._show(self._store.project)

    def close(self) -> None:
        """Stop polling; the player belongs to who made it."""
        self._timer.stop()

    def rescan(self) -> None:
        """Look for sound devices again, and say anew what is wrong if it still is."""
        self._trouble = None
        self.send(Rescan())

    def send(self, message: Message) -> None:
        """Pass a wish on to the player."""
        self._player.send(message)

    def tapped(self, start: int) -> Tapped:
        """What has left for the ear from a frame of the tap's clock on."""
        return self._player.tapped(start)

    def toggle_play(self) -> None:
        """Play, or pause at the place; where there is nothing to play yet, play as soon as there is."""
        self._trouble = None
        now = self._player.snapshot()
        if now.playing or now.waits:
            self.send(Pause())
        elif self.view is not None and self.view.original is not None:
            self.send(Play())
        elif self.awaits_sound:
            self._wish.invalidate()
        else:
            self._wish.start()

    def play_once(self, start_s: float | None = None, end_s: float | None = None) -> None:
        """Play past any loop and stop: a part of the source, or from the playhead to the end."""
        self._trouble = None
        if self.view is not None and self.view.original is not None:
            self.send(PlayOnce(start_s, end_s))

    @property
    def awaits_sound(self) -> bool:
        """Whether it will play by itself as soon as there is something to play."""
        return self._wish.isValid() and not self._wish.hasExpired(PATIENCE_MS)

    def stop(self) -> None:
        """Stop and go back to the start."""
        self._wish.invalidate()
        self.send(Stop())

    def seek(self, source_s: float) -> None:
        """Go to a time of the source."""
        self.send(Seek(max(source_s, 0.0)))

    def toggle_heard(self) -> None:
        """Change between original and take, in the same place."""
        self.listen("take" if self.side == "original" else "original")

    def listen(self, side: Side) -> None:
        """Hear the original or the take, in the same place."""
        self.side = side
        self.send(Listen(side))

    @property
    def looping(self) -> bool:
        """Whether playback goes round."""
        return self._looping

    def set_looping(self, looping: bool) -> None:
        """Go round the loop region, or the whole clip where there is none."""
        self._looping = looping
        self._send_loop()

    def set_loop(self, start_s: float, end_s: float) -> None:
        """Set the loop region in the source's seconds, and go round it; an empty one is none."""
        self._loop = (start_s, end_s) if end_s > start_s else None
        self._looping = self._loop is not None
        self._send_loop()

    def _send_loop(self) -> None:
        self.looped.emit(self._loop if self._looping else None)
        if not self._looping:
            self.send(Loop(None, None))
        elif self._loop is not None:
            self.send(Loop(*self._loop))
        elif self.view is not None:
            self.send(Loop(0.0, self.view.duration_s))

    def _document_changed(self, new: Project, old: Project) -> None:
        looked_at = (new.selected, new.chain, new.seed, new.variant, new.banks, new.frozen)
        if looked_at != (old.selected, old.chain, old.seed, old.variant, old.banks, old.frozen):
            if new.selected != old.selected:
                self._loop = None
            self._show(new)

    def look_again(self) -> None:
        """Make what is looked at anew if something that it is made from has changed on the disk."""
        self._show(self._store.project)

    def try_plugins_again(self) -> None:
        """Run what plugins have failed at once more, live and in the take."""
        self.send(TryPluginsAgain())
        self._takes.try_plugins_again()

    def _show(self, project: Project) -> None:
        source, recipe = project.source, project.recipe()
        if source is not None and recipe is not None and not source.error:
            self._takes.show(source, recipe, project.banks, project.frozen)
        else:
            if self.view is not None:
                self.send(Stop())
            self.view = None
            self.viewed.emit(None)

    def _publish(self, view: View) -> None:
        newly_opened = view.original is not None and (self.view is None or view.original != self.view.original)
        if view.original is None and self.view is not None and view.source.path == self.view.source.path:
            view = replace(view, original=self.view.original, duration_s=self.view.duration_s)
        self.view = view
        self._follow(view)
        if newly_opened and self._looping:
            self._send_loop()
        self.viewed.emit(view)

    def _follow(self, view: View) -> None:
        """Tell the player what there is to play now, if that is anything new."""
        if view.original is None:
            return
        identity = TimeMap.identity(view.duration_s)
        take = bridge = None
        if view.error:  # the original, and not what was drawn before: what is heard is never a take that is not shown
            take = Sound(view.original, identity)
        if view.take is not None and view.time_map is not None:
            take = Sound(view.take, view.time_map)
        if view.prefix is not None and view.time_map is not None and view.live and not view.complete:
            prefix = Sound(view.prefix, view.time_map)
            bridge = Bridge(prefix, view.live, view.numbers, self._store.project.banks, view.held_back)
        follow = Follow(Sound(view.original, identity), take, bridge)
        if follow != self._followed:
            self._followed = follow
            self.send(follow)
        if self.awaits_sound:
            self.send(Play())
        self._wish.invalidate()

    def _tick(self) -> None:
        with contextlib.suppress(RuntimeError):
            now = self._player.snapshot()
            if now.error != self._trouble:
                self._trouble = now.error
                self.troubled.emit(now.error)
            if now.news != self._news:
                self._news = now.news
                self.told.emit(now.news)
            self.ticked.emit(now)
