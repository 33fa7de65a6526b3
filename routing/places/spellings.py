"""Normalization and recognition of places in a text: 丽发新城, 丽发小区 and 在丽发花园 are one. Pure.

What the gazetteer knows is matched first, whole, and longer names before shorter; the rest by the word for its kind (小区, 路, 村)
with the two characters before it, where those are a name and not a word that says which, where or what sort (nonames.txt).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from hotline.base.text.search_keys import folded

#: What kind of place its last word tells; variants of a name share their kind.
_KINDS = {
    "居": "小区|新城|花园|家园|公寓|名城|名苑|雅苑|佳苑|嘉园|新村|苑|楼盘|社区|府邸|住宅楼|安置房|回迁楼",
    "路": "(?:大街|大路|大道|东路|西路|南路|北路|中路|路|街|巷|胡同)(?![灯况由])",
    "村": "村|屯",
    "镇": "蒙古族乡|满族乡|朝鲜族乡|回族乡|镇(?![安赉]|[平远]县|江市)|乡(?!村|镇)|街道",
    "校": "学校|小学|中学|幼儿园|高中",
    "院": "医院|卫生院",
    "场": "广场|市场|公园|大桥|车站|商场|超市|大厦|酒店|工地|工厂",
}
_NAMED = re.compile(
    r"(?P<name>[一-龥]{2})(?:" + "|".join(f"(?P<k{i}>{words})" for i, words in enumerate(_KINDS.values())) + ")"
)
_LETTERS = list(_KINDS)
_KIND_NEXT = re.compile("|".join(_KINDS.values()))
_ENDS_IN_KIND = re.compile("(?:" + "|".join(_KINDS.values()) + ")$")
#: A name neither begins nor ends so; whole words that are no names stand in nonames.txt.
_NO_NAMES = re.compile(
    r"^[的在到是我们你他她它这那个该住本整各全每多某此两几有无没了和与及或向从往去来回出进被把给让为至离内外里前后边旁"
    r"下条座栋号楼单元位家户处所村屯组路街县市区镇乡也都却又就但而且因若如则即使令将已曾再更最很太请问说讲找望盼称何哪谁怎么着过于对以之其者地得]"
    r"|[的在到们这那个该各全每某是了着过被将把给向对于与和及或但也都却就会能可需则且而其之此为以所已时去来出入进回往找问请说求询响决致由从跟同让使令叫我你他她们次任多返还]$"
    r"|^[一二三四五六七八九十百两几][期组队社号区栋楼名户家条个座所位级年月日度中小大次任千百]$|^第.$"
)
_NO_ROADS = re.compile(r"[公道马铁线水电修小网思走一土山村段短断岔拦挡赶顺半套熟带速境路农乡]$")
#: Names all the same, though they begin or end like other words.
_NAMES = frozenset(
    {
        "和平",
        "和谐",
        "和顺",
        "和兴",
        "和美",
        "和苑",
        "向阳",
        "向荣",
        "前进",
        "前锋",
        "前程",
        "前郭",
        "全福",
        "全兴",
        "来福",
        "为民",
        "利民",
        "新时",
        "本溪",
        "地王",
        "同和",
        "大同",
        "里仁",
        "内河",
        "元宝",
        "元和",
        "将军",
        "如意",
    }
)

#: Where something happens is said within so many characters.
_OPENING = 200
#: A city before 学校 or 医院 says in which city, not which.
_CITIES = re.compile(
    r"[市县区省]$|^(?:北京|上海|天津|重庆|西安|长春|吉林|沈阳|大连|济南|青岛|郑州|武汉|南京|杭州|成都|广州|深圳|太原|合肥|昆明|兰州|银川|西宁|贵阳|南宁|海口|长沙|南昌|福州)$"
)
#: Common names of streets that elsewhere are no names.
_ROADS = frozenset({"建设", "文化", "体育", "公园", "环城", "广场", "车站", "工业"})


@dataclass(frozen=True, slots=True)
class Spelled:
    """A spelling of a place of the gazetteer (folded), the place that it names, and of what kind that is."""

    spelling: str
    place: str
    kind: str = "other"


def is_kind_word(name: str) -> bool:
    """Whether a name is only the word for a kind: 小区, 幼儿园."""
    return any(re.fullmatch(words, name) for words in _KINDS.values())


def kind_of(name: str) -> str:
    """The kind of a place of the gazetteer by how its name ends; nothing where that does not tell."""
    for letter, kind in (
        ("居", "estate"),
        ("路", "road"),
        ("村", "village"),
        ("校", "school"),
        ("院", "hospital"),
    ):
        if re.search(f"(?:{_KINDS[letter]})$", name):
            return kind
    return ""


@cache
def no_names() -> frozenset[str]:
    """Words that stand before 小区, 学校, 路 … and are no names."""
    lines = resources.files("routing.places").joinpath("nonames.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def is_name(name: str, kind: str) -> bool:
    """Whether two characters before the word for a kind are a name."""
    if name in _NAMES or (kind == "路" and name in _ROADS):
        return True
    if name in no_names() or _NO_NAMES.search(name):
        return False
    if (kind in "校院" and _CITIES.search(name)) or (kind == "场" and name.endswith("菜")):
        return False
    return not (kind in "路村" and _NO_ROADS.search(name))


def _known(read: str, known: Sequence[Spelled]) -> Iterator[tuple[str, int, int]]:
    """Spellings of the gazetteer in folded text, longest first, none inside another: key and where it stands."""
    taken = [False] * len(read)
    for one in sorted(known, key=lambda k: -len(k.spelling)):
        at = read.find(one.spelling)
        while at >= 0:
            end = at + len(one.spelling)
            # 东风 is no name of 东风村 in 东风路; 世纪城 is one of an estate in 世纪城小区
            after = _KIND_NEXT.match(read, end) if not _ENDS_IN_KIND.search(one.spelling) else None
            other = after is not None and kind_of(after.group()) != one.kind
            if not other and not any(taken[at:end]):
                taken[at:end] = [True] * len(one.spelling)
                yield f"册:{one.place}", at, after.end() if after else end
            at = read.find(one.spelling, end)


def _named(read: str, known: Sequence[Spelled]) -> list[tuple[str, int, int]]:
    """The places in folded text as they come: key, and from where to where they stand."""
    found = list(_known(read, known))
    for _, start, end in found:
        read = f"{read[:start]}{' ' * (end - start)}{read[end:]}"
    at = 0
    while match := _NAMED.search(read, at):
        at = match.end("name")
        kind = next(_LETTERS[i] for i in range(len(_LETTERS)) if match.group(f"k{i}"))
        if is_name(match["name"], kind):
            at = match.end()
            found.append((f"{kind}:{match['name']}", match.start(), match.end()))
    return sorted(found, key=lambda f: f[1])


def keys_of(text: str, known: Sequence[Spelled] = ()) -> list[str]:
    """The places that stand in a text, as keys alike for variants of a name (`居:丽发`, `册:丽发小区`); each once, as they come."""
    return list(dict.fromkeys(key for key, *_ in _named(folded(text), known)))


def places_of(place: str, text: str, known: Sequence[Spelled] = ()) -> list[str]:
    """The places that a contact is about: those of its place and of its opening; where there are none, all that it names."""
    return keys_of(f"{place} {text[:_OPENING]}", known) or keys_of(text, known)


def written(text: str, known: Sequence[Spelled] = ()) -> list[tuple[str, str]]:
    """The places that stand in a text as they are written there, each with its key: `居:丽发`, 丽发新城."""
    read = folded(text)
    return [(key, read[start:end]) for key, start, end in _named(read, known)]


def nameless(text: str, known: Sequence[Spelled] = ()) -> str:
    """The text, folded, without its places: what a road or an estate is called says nothing of the matter."""
    read = folded(text)
    for _, start, end in reversed(_named(read, known)):
        read = f"{read[:start]} {read[end:]}"
    return read


def is_wide(key: str) -> bool:
    """Whether a key names a township: much happens there that is not one matter."""
    return key.startswith("镇:")


def is_long(key: str) -> bool:
    """Whether a key names a road or a village: two matters of one kind may lie far apart there."""
    return key[:2] in {"路:", "村:"}
