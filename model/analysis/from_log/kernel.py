"""What has to be known of a kernel to reckon with its log."""

from __future__ import annotations

from typing import NamedTuple


class LoggedKernel(NamedTuple):
    """Whose log it is: an architecture by its name ("" if unknown), the release's two numbers, and sizes in
    bytes; `section_size` is None without sparse memory, or where it is not known,
    `sizeof_page` (``struct page``) where it is not."""

    arch: str = ""
    release: tuple[int, int] | None = None
    page_size: int = 4096
    section_size: int | None = None
    is_64bit: bool = True
    sizeof_page: int | None = None

    def since(self, *release: int) -> bool:
        """Whether its release is known and not older."""
        return self.release is not None and self.release >= release
