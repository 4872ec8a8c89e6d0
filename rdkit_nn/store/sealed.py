"""A Zarr store that seals what is written and checks what is read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

from zarr.core.buffer import Buffer, BufferPrototype
from zarr.storage import LocalStore, WrapperStore

from .finished import FOLDER
from .seals import Damaged, Told, Unfinished, check, digest


class Sealed(WrapperStore[LocalStore]):
    """A local store that seals what is written and checks what is read.

    A key that is told already may hold its old value or its new one until all that belongs
    together is written: its new digest is added, and noted by `before`, ahead of the write.

    Args:
        store: The folder, as zarr sees it.
        told: Digests by key.
        partial: Whether keys that are not told may be read (a store that is being made).
        before: Called before a key that was told is written again.
        fresh: Asked for the digests of now where a value is another than was told: the
            last block of a run that grows is written again, and its frames stay.
    """

    def __init__(
        self,
        store: LocalStore,
        told: Told | None = None,
        partial: bool = False,
        before: Callable[[], None] | None = None,
        fresh: Callable[[], Told] | None = None,
    ):
        super().__init__(store)
        self.told: Told = {} if told is None else told
        self.partial, self.before, self.fresh = partial, before, fresh

    def _with_store(self, store: LocalStore) -> Sealed:
        return type(self)(store, self.told, self.partial, self.before, self.fresh)

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return Path(self._store.root)

    async def get(
        self, key: str, prototype: BufferPrototype, byte_range: Any = None
    ) -> Buffer | None:
        """Value of a key, if it is what was written.

        Raises:
            Damaged: If it is missing, or another.
        """
        found = await self._store.get(key, prototype)
        value = None if found is None else found.to_bytes()
        try:
            check(self.folder, self.told, key, value, self.partial)
        except (Damaged, Unfinished):
            if self.fresh is None:
                raise
            check(self.folder, self.fresh(), key, value, self.partial)
        if byte_range is None or found is None:
            return found
        return await self._store.get(key, prototype, byte_range)

    async def get_partial_values(
        self, prototype: BufferPrototype, key_ranges: Iterable[tuple[str, Any]]
    ) -> list[Buffer | None]:
        """Parts of values, each checked as a whole."""
        return [await self.get(key, prototype, part) for key, part in key_ranges]

    async def _get_many(self, requests: Iterable[tuple[str, Any, Any]]) -> Any:
        for key, prototype, part in requests:
            yield key, await self.get(key, prototype, part)

    async def set(self, key: str, value: Buffer) -> None:
        """Write a value, and remember its digest."""
        seal = digest(value.as_numpy_array())
        before = self.told.get(key, [])
        if seal not in before:
            self.told[key] = [*before, seal]
            if before and self.before is not None:
                self.before()
        await self._store.set(key, value)
        if self.before is None:
            self.told[key] = [seal]

    async def set_if_not_exists(self, key: str, value: Buffer) -> None:
        """Write a value where there is none."""
        if not await self._store.exists(key):
            await self.set(key, value)

    async def _set_many(self, values: Iterable[tuple[str, Buffer]]) -> None:
        for key, value in values:
            await self.set(key, value)

    async def list_dir(self, prefix: str) -> AsyncIterator[str]:  # type: ignore[override]
        """Names below a prefix; the ledger, which is no array, is left out."""
        async for name in self._store.list_dir(prefix):
            if prefix or name != FOLDER:
                yield name

    async def delete(self, key: str) -> None:
        """Remove a value."""
        self.told.pop(key, None)
        await self._store.delete(key)

    async def delete_dir(self, prefix: str) -> None:
        """Remove all below a prefix."""
        for key in [k for k in self.told if k.startswith(prefix.rstrip("/") + "/")]:
            del self.told[key]
        await self._store.delete_dir(prefix)
