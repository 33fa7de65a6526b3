"""Places as people write them: 丽发新城, 丽发小区 and 在丽发花园 are one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotline.grams import folded

#: What kind of place its last word tells; variants of a name share their kind.
_KINDS = {
    "居": "小区|新城|花园|家园|公寓|名城|名苑|雅苑|佳苑|嘉园|新村|苑|楼盘|社区|府邸|住宅楼|安置房|回迁楼",
    "路": "(?:大街|大路|东路|西路|南路|北路|中路|路|街|巷|胡同)(?![灯况由])",
    "村": "村|屯",
    "镇": "蒙古族乡|满族乡|朝鲜族乡|回族乡|镇|乡|街道",
    "校": "学校|小学|中学|幼儿园|高中",
    "院": "医院|卫生院",
    "场": "广场|市场|公园|大桥|车站|商场|超市|大厦|酒店|工地|工厂",
}
_NAMED = re.compile(
    r"(?P<name>[一-龥]{2})(?:"
    + "|".join(f"(?P<k{i}>{words})" for i, words in enumerate(_KINDS.values()))
    + ")"
)
_LETTERS = list(_KINDS)
#: Before 小区 or 村 these are no names.
_NO_NAMES = re.compile(
    r"^[的在到是我们你他她它这那个该住本整各全每多某此两几有无没了和与及或向从往去来回出进被把给让为至离内外里前后边旁"
    r"下条座栋号楼单元位家户处所村屯组]|[的在到们这那个该各全每某]$|老旧|新建|农村|乡村|附近|周边|隔壁|居民|封闭|高档|大型|很多|公立|私立|私家"
)
_NO_ROADS = re.compile(r"[公道马铁线水电修小网思走问一土山村段短断岔拦挡过赶顺半套熟]$")


def _named(read: str) -> Iterator[tuple[str, re.Match[str]]]:
    """The places in folded text as they come: key and where it stands."""
    at = 0
    while match := _NAMED.search(read, at):
        at = match.start() + 1
        kind = next(_LETTERS[i] for i in range(len(_LETTERS)) if match.group(f"k{i}"))
        name = match["name"]
        if _NO_NAMES.search(name) or (kind in "路村" and _NO_ROADS.search(name)):
            continue
        at = match.end()
        yield f"{kind}:{name}", match


def keys_of(text: str) -> list[str]:
    """The places that stand in a text, as keys alike for variants of a name (`居:丽发`); each once, as they come."""
    return list(dict.fromkeys(key for key, _ in _named(folded(text))))


def written(text: str) -> list[tuple[str, str]]:
    """The places that stand in a text as they are written there, each with its key: `居:丽发`, 丽发新城."""
    return [(key, match.group()) for key, match in _named(folded(text))]


def nameless(text: str) -> str:
    """The text, folded, without the names of its places: what a road or an estate is called says nothing of the matter."""
    read = folded(text)
    for _, match in reversed(list(_named(read))):
        read = f"{read[: match.start('name')]} {read[match.end('name') :]}"
    return read


def is_wide(key: str) -> bool:
    """Whether a key names a township: much happens there that is not one matter."""
    return key.startswith("镇:")
