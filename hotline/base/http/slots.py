"""Page slots: places on the pages of a lower package that the packages above fill with templates of their own.

The page declares a `PageSlot` and writes `{% for content in slots.NAME %}{% include content %}{% endfor %}` where it stands; a
package above brings a `SlotContent`. So no template names a route or a section of a package above its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageSlot:
    """A place on a page. `name`: how the template calls it; `sees`: what of the page's own the content may use."""

    name: str
    sees: str


@dataclass(frozen=True, slots=True)
class SlotContent:
    """What a package puts into a slot of its own or of a package below; of several the lowest `order` stands first."""

    slot: PageSlot
    template: str
    order: int = 0


def filled(slots: Iterable[PageSlot], contents: Iterable[SlotContent]) -> Mapping[str, tuple[str, ...]]:
    """The templates that stand in each slot, none where nobody fills it.

    Raises ValueError where two slots have one name, or a content is for a slot that no page declares.
    """
    found: dict[str, tuple[str, ...]] = {}
    for slot in slots:
        if slot.name in found:
            raise ValueError(f"two pages declare the slot {slot.name}")
        found[slot.name] = ()
    for content in sorted(contents, key=lambda one: one.order):
        if content.slot.name not in found:
            raise ValueError(f"{content.template} is for the slot {content.slot.name}, which no page declares")
        found[content.slot.name] += (content.template,)
    return found
