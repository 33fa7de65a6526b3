"""Recognition of the units that a text names, under any name that people use: for certain, or possibly, so that the
centre is asked. Pure.

A name that ends as an office does (住建局, 交警大队) is certain; a bare word (住建, 公安), a name of several offices, of another
city's, with one wrong character, or with a question mark in the directory is asked about (rulebook §8).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hotline.tickets.tipoffs.name_index import Index, Unit, index_of
from hotline.tickets.tipoffs.spelling import simplified


@dataclass(frozen=True, slots=True)
class NamedUnits:
    """Units named for certain and perhaps (never both); `leaders`: titles that say no office (刘局, 李镇长)."""

    certain: frozenset[int]
    possible: frozenset[int]
    leaders: tuple[str, ...] = ()


_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭鲁韦马苗方俞任袁柳唐罗薛贺倪汤滕殷毕郝邬安常乐于傅"
    "卞齐康伍余元顾孟黄穆萧尹姚邵汪祁毛狄米贝明臧成戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路娄江童颜郭梅盛林钟徐邱骆高夏蔡田胡凌霍虞万柯"
    "管卢莫房丁邓单洪包左石崔吉龚程裴陆翁荀甄曲储段富侯宁仇甘厉武符刘景龙叶司黎薄白蒲从索赖卓池乔温庄阎连习艾向古易廖耿匡文曾沙关游佟肖"
)
_TITLES = "局长|书记|主任|县长|镇长|乡长|队长|所长|处长|站长|院长|部长|经理|科长|股长|校长|台长|行长|会长"
_WHO = rf"(?:[{_SURNAMES}][\u4e00-\u9fff]?)?(?:副|大队)?(?:{_TITLES})|[{_SURNAMES}]局(?![面部势限域促])"
#: Somebody's title, or an office, that says not which.
_UNNAMED = re.compile(rf"{_WHO}|[县镇乡局]领导|[镇乡]政府|街道办|村干部|村支书|一把手")
#: What an office ends with.
_ENDED = re.compile(r"局(?![面部势限域促])|大队(?!伍)|中心|公司|委(?![托员屈派])|办(?![理法事案])|处(?![理罚于境置分])")
#: After a bare word these say that an office is meant.
_OFFICE = re.compile(
    rf"(?:上|县|这边|那边|那里|里|的|那个|那帮|这帮)*(?:系统|部门|口子|口的|口上|战线|领导|一把手|二把手|老大|头头|干部|人员|工作人员|"
    rf"执法|执勤|大楼|那帮人|这帮人|那伙人|窗口|大厅|单位|衙门|口儿|(?<=[的里上边帮])人|{_WHO})"
)
_SAID = re.compile(r"(?:举报|投诉|反映|告|曝光|检举|揭发)$")
_TOWN = re.compile(
    rf"(?:县|镇|乡|的)*(?:人民政府|政府|党委|人大|领导|干部|机关|大院|工作人员|的人|村镇办|民政办|{_WHO}|[镇乡]里)"
)
_ELSEWHERE = re.compile(r"(?:[\u4e00-\u9fff]市|^市|本市|省|自治区|自治州|[\u4e00-\u9fff]区|外县|邻县|别的县)$")
#: After a name's last character these make another word of it: 局面, 处理, 办理, 委托.
_GOES_ON = {
    "局": "面部势限域促",
    "处": "理罚于境置分处",
    "长": "期久年远途",
    "办": "理法事案完好",
    "委": "托屈派婉员",
    "所": "有以谓需得在",
    "会": "议计",
    "部": "分署落",
    "队": "伍",
    "站": "在着点住起",
    "院": "子内",
    "联": "系合网",
    "台": "阶账",
}
_NO_OFFICE = ("邮政局", "电信局", "总局", "当局", "大格局", "出局", "大结局", "牌局", "饭局")
_OFFICE_EN = (
    "bureau|office|department|authority|commission|company|centre|center|administration|brigade|committee|agency"
)
_CODE_GOES_ON = re.compile(r"\s*(?:号|栋|楼|座|室|铺|区|单元|路|米|次|幢)")


def named_in(text: str, directory: Sequence[Unit]) -> NamedUnits:
    """The units of the directory that a text names."""
    index = index_of(tuple(directory))
    said = simplified(text)
    certain, possible, rest = _chinese(said, index)
    possible |= _near(rest, index)
    sure, maybe = _latin(said, index, directory)
    certain |= sure
    leaders = () if certain else tuple(dict.fromkeys(_UNNAMED.findall(rest)))
    return NamedUnits(frozenset(certain), frozenset((possible | maybe) - certain), leaders)


def _chinese(said: str, index: Index) -> tuple[set[int], set[int], str]:
    """Certain, possible, and the text with the names that were found blanked out; the longest name wins at each place."""
    certain: set[int] = set()
    possible: set[int] = set()
    rest, at = list(said), 0
    while at < len(said) - 1:
        step = 1
        for size in index.sizes.get(said[at : at + 2], ()):
            sure, maybe = _taken(said, at, said[at : at + size], index)
            if sure or maybe:
                certain |= sure
                possible |= maybe
                rest[at : at + size] = "　" * size
                step = size
                break
        at += step
    return certain, possible, "".join(rest)


def _taken(said: str, at: int, word: str, index: Index) -> tuple[set[int], set[int]]:
    """The units that a word at a place of the text surely names, and those about which the desk is asked."""
    end = at + len(word)
    after, before = said[end : end + 12], said[max(0, at - 6) : at]
    if after[:1] and after[0] in _GOES_ON.get(word[-1], "") and not (word[-1] == "办" and after[:2] == "公室"):
        return set(), set()
    if word in index.sure:
        return (set(), index.sure[word]) if _ELSEWHERE.search(before) else (index.sure[word], set())
    office = _OFFICE.match(after) is not None
    if word in index.asked:
        sure = office and word not in index.loose and not _ELSEWHERE.search(before)
        return (index.asked[word], set()) if sure else (set(), index.asked[word])
    if word in index.towns:
        if _TOWN.match(after):
            return index.towns[word], set()
        return set(), index.towns[word] if word[-1] in "镇乡" else set()
    if word in index.stems and (office or _SAID.search(before)):
        return set(), index.stems[word]
    return set(), set()


def _near(rest: str, index: Index) -> set[int]:
    """Names with one wrong character (住健局, 信防局), where what is left of the text ends as an office does."""
    found: set[int] = set()
    for end in _ENDED.finditer(rest):
        piece = rest[max(0, end.end() - 8) : end.end()]
        if piece.endswith(_NO_OFFICE):
            continue
        for name, ids in index.own.items():
            token = piece[-len(name) :]
            alike = 2 + len(end[0]) <= len(name) == len(token) and name.endswith(end[0])
            if alike and sum(a != b for a, b in zip(name, token, strict=True)) == 1:
                found |= ids
    return found


def _spelled(code: str) -> str:
    """A code with or without a stroke between letters and digits: D30, D-30."""
    return "-?".join(re.escape(part) for part in re.findall(r"[a-z]+|[0-9]+|[^a-z0-9]+", code))


def _latin(said: str, index: Index, directory: Sequence[Unit]) -> tuple[set[int], set[int]]:
    """English names, pinyin and codes; `housing bureau` asks about each office with that word in its English name."""
    certain: set[int] = set()
    possible: set[int] = set()
    spaced = " ".join(said.split())
    for name, ids in index.english.items():
        if re.search(rf"(?<![a-z0-9]){re.escape(name.rstrip('?'))}(?![a-z0-9])", spaced):
            (possible if name.endswith("?") or len(ids) > 1 else certain).update(ids)
            spaced = spaced.replace(name.rstrip("?"), " ; ") if len(name) > 12 else spaced
    for unit in directory:
        code = unit.code.lower()
        if re.search(r"[a-z]", code) and (hit := re.search(rf"(?<![a-z0-9]){_spelled(code)}(?![a-z0-9])", said)):
            (possible if _CODE_GOES_ON.match(said[hit.end() :]) else certain).add(unit.id)
    for word in re.findall(rf"([a-z]{{3,}})\s+(?:{_OFFICE_EN})\b", spaced):
        possible |= {u.id for u in directory if word in re.findall("[a-z]+", u.name_en.lower())}
    return certain, possible
