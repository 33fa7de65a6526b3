"""The short names of an office, derived from its official one: 住房和城乡建设局 → 住建局, 建设局, 住房局. Pure.

More are derived than anybody uses; one that several offices share is only asked about (`naming`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations

#: 镇赉县 before 住房和城乡建设局: people leave it out. 县委, 县政府 and 县长 are no place.
_PLACE = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,3}省)?(?:(?!县)[\u4e00-\u9fff]{2,4}市(?!场))?"
    r"(?:[\u4e00-\u9fff]{0,4}?(?:自治县|县|旗)(?!委|政府|长)|市(?!场|政|委))?(?=[\u4e00-\u9fff]{3,})"
)
_BRANCH = re.compile(r"(?<=[局心司])[\u4e00-\u9fff]{2,4}?[县市区旗]?(分局|分中心|分公司)$")
#: How an office ends, and how people end it; the longest first.
_ENDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("管理委员会", ("管委会", "管理委员会")),
    ("有限责任公司", ("公司",)),
    ("管理办公室", ("办", "办公室")),
    ("有限公司", ("公司",)),
    ("委员会", ("委", "委员会", "局")),
    ("办公室", ("办", "办公室", "局")),
    ("管理处", ("处", "管理处", "所", "局")),
    ("管理站", ("站", "管理站")),
    ("管理所", ("所", "管理所")),
    ("中心", ("中心", "处", "所", "办", "局")),
    ("大队", ("大队", "队", "支队")),
    ("支队", ("支队", "队", "大队")),
    ("公司", ("公司",)),
    ("局", ("局", "委")),
    ("处", ("处", "所", "局")),
    ("所", ("所",)),
    ("站", ("站",)),
    ("办", ("办",)),
    ("委", ("委",)),
    ("部", ("部",)),
    ("会", ("会",)),
    ("院", ("院",)),
    ("队", ("队",)),
)
ENDINGS = tuple(
    sorted(
        {e for whole, short in _ENDS for e in (whole, *short)}
        | {"政府", "大厅", "联", "台", "厂", "分局", "公所", "法院", "校", "银行", "室", "科", "股"},
        key=len,
        reverse=True,
    )
)
_SHORTER = (
    ("监督管理", "监管"),
    ("行政执法", "执法"),
    ("交通警察", "交警"),
    ("国家级自然", ""),
    ("省级自然", ""),
    ("自然保护区", "保护区"),
    ("经济开发区", "开发区"),
)
#: Words that say nothing of which office it is.
_EMPTY = frozenset(
    {
        "管理",
        "服务",
        "事务",
        "事业",
        "监督",
        "行政",
        "工作",
        "经办",
        "维护",
        "登记",
        "国家",
        "综合",
        "设施",
        "安全",
        "信息",
        "保障",
        "发展",
        "控制",
    }
)
#: Words that stand for many things besides an office: never taken for one without its ending.
_COMMON = _EMPTY | {
    "城市",
    "社会",
    "自然",
    "农村",
    "市场",
    "经济",
    "数字",
    "建设",
    "资源",
    "健康",
    "人力",
    "房屋",
    "住房",
    "人民",
    "城乡",
    "政府",
    "物资",
    "军人",
    "环境",
    "事件",
    "县级",
    "中心",
    "公司",
    "测试",
}


@dataclass(frozen=True, slots=True)
class Derived:
    """`names` end as an office does; `stems` (住建, 教育) mean it only beside words that speak of an office."""

    names: frozenset[str]
    stems: frozenset[str]


def core(name: str) -> str:
    """An official name without the place: 镇赉县住房和城乡建设局 → 住房和城乡建设局, 市生态环境局镇赉县分局 → 生态环境局."""
    return _BRANCH.sub("", _PLACE.sub("", name, count=1))


def derive(name: str) -> Derived:
    """What people may call an office of this official name."""
    whole = core(name)
    tail = re.search(r"局([\u4e00-\u9fff]{2,}(?:大队|支队|中队|所|队))$", whole)
    body = tail[1] if tail else whole
    for long, short in _SHORTER:
        body = body.replace(long, short)
    end, ends = next(((e, short) for e, short in _ENDS if body.endswith(e) and len(body) > len(e)), ("", ()))
    stem = body.removesuffix(end) if end else ""
    chunks = _chunks(stem)
    telling = [c for c in chunks if c not in _EMPTY]
    while chunks and chunks[-1] in _EMPTY and len(chunks) > 1:
        chunks = chunks[:-1]
    stems = {c for c in telling if c not in _COMMON and len(c) > 1} | _initials(telling) | {"".join(chunks)}
    heads = {c for c in telling if len(c) > 1} | _initials(_chunks(stem)) | {"".join(chunks), stem}
    names = {h + e for h in heads if len(h) > 1 for e in ends}
    if area := re.search(r"(?:保护区|开发区).+$", body):
        names |= {area[0], area[0][:3]}
    return Derived(
        frozenset(names | {whole, body, name} - {""}),
        frozenset(s for s in stems if len(s) > 1 and s not in _COMMON),
    )


def _chunks(stem: str) -> list[str]:
    """The words of a name, two characters each; an odd part begins with three (退役|军人|事务, 畜牧业|管理)."""
    found: list[str] = []
    for part in re.split(r"[和与及、]", stem):
        if part.endswith(("保护区", "开发区")):
            found.append(part)
            continue
        first = 3 if len(part) % 2 and len(part) > 2 else 2
        found += [part[:first], *(part[i : i + 2] for i in range(first, len(part), 2))]
    return [c for c in found if c]


def _initials(chunks: list[str]) -> set[str]:
    """住房|城乡|建设 → 住建, 住城, 城建, 住城建."""
    return {"".join(c[0] for c in some) for n in (2, 3) for some in combinations(chunks, n)}
