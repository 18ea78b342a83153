from __future__ import annotations

from tests.support.hands import hands as hands
