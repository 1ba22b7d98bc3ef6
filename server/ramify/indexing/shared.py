"""Workspaces that several users of one process have open: one for each folder, counted.

The first opens it, the last one's release closes it. Whose settings count is decided here, too:
the first that brought some of its own. Knows neither connections nor verbs.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from ramify.indexing.workspace import Workspace
from ramify.session.settings import Loaded, Settings


class Workspaces:
    """Every method may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._open: dict[tuple[str, bool], _Shared] = {}
        self._closed = False

    def lease(self, folder: Path, loaded: Loaded, *, memory: bool = False) -> Lease:
        """The folder's workspace for somebody with settings of their own.

        Raises NotADirectoryError when there is no such folder.
        """
        return self._leased(folder, loaded, loaded, memory)

    def visit(self, folder: Path, loaded: Loaded, *, memory: bool = False) -> Lease:
        """The same for somebody who takes it as it is; `loaded` counts while nobody else has it."""
        return self._leased(folder, loaded, None, memory)

    def close(self) -> None:
        """Closes all of them, whoever has them; none is opened any more."""
        with self._changed:
            self._closed = True
            shared = list(self._open.values())
        for each in shared:
            each.workspace.close()

    def _leased(self, folder: Path, loaded: Loaded, own: Loaded | None, memory: bool) -> Lease:
        key = (os.path.realpath(folder), memory or loaded.settings.store == "memory")
        with self._changed:
            while (shared := self._open.get(key)) is not None and shared.closing:
                self._changed.wait()
            if self._closed:
                raise RuntimeError("Ramify is about to end.")
            if shared is None:
                workspace = Workspace.open(
                    folder,
                    loaded.settings,
                    memory=key[1],
                    notes=loaded.notes,
                    again=loaded.again,
                )
                shared = self._open[key] = _Shared(workspace)
            lease = Lease(self, key, shared.workspace)
            shared.settings[lease] = own
            shared.apply()
        return lease

    def _configure(self, lease: Lease, loaded: Loaded) -> bool:
        with self._changed:
            shared = self._open[lease.key]
            shared.settings[lease] = loaded
            return shared.apply() == loaded.settings

    def _release(self, lease: Lease) -> None:
        with self._changed:
            shared = self._open.get(lease.key)
            if shared is None or lease not in shared.settings:
                return
            del shared.settings[lease]
            if shared.settings:
                shared.apply()
                return
            shared.closing = True
        try:
            shared.workspace.close()
        finally:
            with self._changed:
                del self._open[lease.key]
                self._changed.notify_all()


class Lease:
    """One user's hold on a workspace."""

    def __init__(self, of: Workspaces, key: tuple[str, bool], workspace: Workspace) -> None:
        self.key = key
        self.workspace = workspace
        self._of = of

    def configure(self, loaded: Loaded) -> bool:
        """Takes new settings; False when somebody who was here before has others that count."""
        return self._of._configure(self, loaded)

    def release(self) -> None:
        """Waits for the writer if this was the last one. Idempotent."""
        self._of._release(self)


class _Shared:
    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.settings: dict[Lease, Loaded | None] = {}
        """In the order they came; None: has none of its own."""
        self.closing = False

    def apply(self) -> Settings | None:
        """Sets the workspace up as the first who brought settings wants it; which those are."""
        first = next((loaded for loaded in self.settings.values() if loaded is not None), None)
        if first is None:
            return None
        self.workspace.reconfigure(first.settings, first.notes, first.again)
        return first.settings
