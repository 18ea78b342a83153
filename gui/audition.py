"""Keeps eyes and ears on the draw that is looked at: from the document to takes, from takes to views and player."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from engine.clip import TimeMap
from engine.playback.messages import (
    SILENCE_DB,
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
    Snapshot,
    Sound,
    Stop,
    TapClock,
    Tapped,
    TryPluginsAgain,
)  # fmt: skip
from engine.playback.player import Player
from engine.project import LETTERS, Project
from engine.takes import Takes, View
from engine.track import Scratch

from .bridge import Bridge as Workers
from .chains import Chains
from .loudness import Loudness
from .store import Store
from .words import tr

SNAPSHOT_MS = 33
ORIGINAL = "original"
"""What is heard beside the chains, by name."""
PATIENCE_MS = 10_000
"""So long a wish to play is kept while there is nothing to play yet."""


class Audition(QObject):
    """Publishes what can be seen (`viewed`) and where the sound is (`ticked`), and passes the transport's wishes on.

    `looped` gives the region that playback goes round, or None.
    `troubled` says what is wrong with the sound, once for each trouble and each attempt to play; empty when it is over.
    `told` says what went well by itself, and why what was wished for is not done.
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
        self.chains = Chains(store)
        self.loudness = Loudness(workers.submit)
        self.loudness.changed.connect(self._level)
        self.gains: dict[str, float] = {}
        """By how many decibels the original and each chain's take are played more softly, while they are matched."""
        self._followed: Follow | None = None
        self._looping = self._matched = False
        self._trouble: str | None = ""
        self._news = ""
        self._wish = QElapsedTimer()
        self._before: Snapshot | None = None
        """How things stood when a veil was drawn before what is heard."""
        self._turn = 0
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
        """What has left for the ear from a frame of the tap's clock on; nothing behind a veil."""
        if self._before is not None:
            return Tapped(np.empty((2, 0), np.float32), start, TapClock())
        return self._player.tapped(start)

    def toggle_play(self) -> None:
        """Play, or pause at the place; where there is nothing to play yet, play as soon as there is."""
        self._trouble = None
        now = self._player.snapshot()
        if now.playing or now.waits:
            self.send(Pause())
        elif self.why_silent:
            self.told.emit(self.why_silent)
        elif self.view is not None and self.view.original is not None:
            self.send(Play())
        elif self.awaits_sound:
            self._wish.invalidate()
        else:
            self._wish.start()

    def play_once(self, start_s: float | None = None, end_s: float | None = None) -> None:
        """Play past any loop and stop: a part of the source, or from the playhead to the end."""
        self._trouble = None
        if self.why_silent:
            self.told.emit(self.why_silent)
        elif self.view is not None and self.view.original is not None:
            self.send(PlayOnce(start_s, end_s))

    @property
    def why_silent(self) -> str:
        """Why nothing can be played now, in a sentence, or nothing: a recording of the microphone is not broken off."""
        if self._player.snapshot().microphone.recording.running:
            return tr("Nothing is played while the microphone is being recorded; end the recording first.")
        return ""

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

    @property
    def heard(self) -> str:
        """What is heard: the original, or the take of the chain of that name."""
        return ORIGINAL if self.side == "original" else self.chains.letter

    def hear(self, what: str) -> None:
        """Hear the original or a chain's take, in the same place; that chain is then the active one."""
        side: Side = "original" if what == ORIGINAL else "take"
        if what != ORIGINAL:
            self.chains.show(what)
        if side != self.side:
            self.listen(side)

    def toggle_heard(self) -> None:
        """Change between original and take, in the same place."""
        self.listen("take" if self.side == "original" else "original")

    def toggle_chain(self) -> None:
        """Change to chain B, in the same place, or from there back to chain A."""
        first, second = LETTERS
        self.hear(first if self.heard == second else second)

    @property
    def matched(self) -> bool:
        """Whether original and takes are played as loud as the softest of them."""
        return self._matched

    def match(self, on: bool) -> None:
        """Play original and takes as loud as the softest of them, or each as loud as it is."""
        self._matched = on
        self.loudness.want("match", on)
        self._level()

    def sound_of(self, what: str) -> Sound | None:
        """The original or a chain's take, if it is complete."""
        view = self.view
        if view is None or view.original is None or view.error:
            return None
        if what == ORIGINAL:
            return Sound(view.original, TimeMap.identity(view.duration_s))
        if what == self.chains.letter:
            if not view.complete or view.take is None or view.time_map is None:
                return None
            return Sound(view.take, view.time_map)
        return Sound(view.spare.take, view.spare.time_map) if view.spare is not None else None

    def veil(self) -> None:
        """Let nothing more be seen of what is heard, for a blind test, and go round and round."""
        self._before = self._player.snapshot()
        if self.side == "original":
            self.send(Listen("take"))
        if self.view is not None and not self._looping:
            self.send(Loop(0.0, self.view.duration_s))
        self.send(Play())

    def play_veiled(self, sound: Sound) -> None:
        """Play a sound in the same place; it is taken up in the same way whatever it is and whatever was heard."""
        if self._followed is not None:
            self._turn += 1
            self.send(Follow(self._followed.original, replace(sound, turn=self._turn)))

    def unveil(self) -> None:
        """Hear and see again what was chosen, if anything was heard."""
        before, self._before, self._followed = self._before, None, None
        if before is not None and not (before.playing or before.waits):
            self.send(Pause())
        if self.side == "original":
            self.send(Listen(self.side))
        self._send_loop()
        if self.view is not None:
            self._follow(self.view)

    def _level(self) -> None:
        """Turn down what is louder; what plays is faded over to that."""
        names = (ORIGINAL, *LETTERS) if self.chains.are_two else (ORIGINAL, self.chains.letter)
        self.gains = self.loudness.gains(names) if self._matched else {}
        if self.view is not None:
            self._follow(self.view)

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
        if _looked_at(new) != _looked_at(old):
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
            self._takes.show(source, recipe, project.banks, project.frozen, project.recipe_aside())
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
        found = {name: self.sound_of(name) for name in (ORIGINAL, *LETTERS)}
        self.loudness.look(view.source.path, {name: sound.track for name, sound in found.items() if sound is not None})
        self._level()
        if newly_opened and self._looping:
            self._send_loop()
        self.viewed.emit(view)

    def _follow(self, view: View) -> None:
        """Tell the player what there is to play now, if that is anything new."""
        if view.original is None or self._before is not None:
            return
        original = Sound(view.original, TimeMap.identity(view.duration_s), self.gains.get(ORIGINAL, 0.0))
        gain_db = self.gains.get(self.chains.letter, 0.0)
        take = bridge = None
        if view.error:  # the original, and not what was drawn before: what is heard is never a take that is not shown
            take = original
        if view.take is not None and view.time_map is not None:
            take = Sound(view.take, view.time_map, gain_db)
        if view.prefix is not None and view.time_map is not None and view.live and not view.complete:
            prefix = Sound(view.prefix, view.time_map, gain_db)
            bridge = Bridge(prefix, view.live, view.numbers, self._store.project.banks, view.held_back)
        follow = Follow(original, take, bridge)
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
            self.ticked.emit(now if self._before is None else _veiled(self._before, now))


def _veiled(before: Snapshot, now: Snapshot) -> Snapshot:
    """How things stood before, without its levels, with what tells nothing of the sound as it is now."""
    nothing = Snapshot()
    return replace(
        before, playing=now.playing, waits=now.waits, device=now.device, devices=now.devices, error=now.error,
        peak_db=nothing.peak_db, rms_db=nothing.rms_db, true_peak_db=SILENCE_DB, momentary_lufs=SILENCE_DB,
        short_term_lufs=SILENCE_DB,
    )  # fmt: skip


def _looked_at(project: Project) -> tuple[object, ...]:
    """What decides on what is seen and heard."""
    return (
        project.selected, project.chain, project.seed, project.variant, project.banks, project.frozen, project.letter,
        project.aside,
    )  # fmt: skip
