"""Telephone numbers, papers, cards and accounts of people, as they are written in a text; and what only looks like them. Pure.

A text is looked at as `hotline.base.text.characters.folded` gives it.
"""

from __future__ import annotations

import itertools
import re
from datetime import date

from hotline.base.text.characters import GAP

_D = "[0-9]\x00*"
_SEP = f"{GAP}{{0,3}}"


def _digits(least: int, most: int | None = None) -> str:
    return rf"(?:{_D}{_SEP}){{{least - 1},{(most or least) - 1}}}{_D}"


_NO_DIGIT = r"(?<![0-9])(?<![0-9]\.)"
_ABROAD = rf"(?:(?:\+|00)?{_SEP}8\x00*6\x00*{_SEP})?"
_MOBILE = re.compile(rf"{_NO_DIGIT}{_ABROAD}0?(1\x00*{_SEP}[3-9]\x00*{_SEP}{_digits(9)}[0-9]?)(?![0-9])")
GLUED = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}){2,}(?![0-9])")
_LANDLINE = re.compile(
    rf"{_NO_DIGIT}(?:(?:\+|00)?{_SEP}86{_SEP})?[(\[]?(0\x00*{_SEP}(?:1\x00*{_SEP}0|2\x00*{_SEP}[0-9]|[3-9]\x00*{_SEP}[0-9]\x00*{_SEP}[0-9])"
    rf"\x00*{_SEP}[2-8]\x00*{_SEP}{_digits(6, 7)})(?![0-9])"
)
_FROM_ABROAD = re.compile(
    rf"(?:\+|(?<![0-9])00){_SEP}8\x00*6\x00*{_SEP}((?:10|2[0-9]|[3-9][0-9]{{2}}){_SEP}[2-8]{_digits(6, 7)})(?![0-9])"
)
_ELSEWHERE = re.compile(rf"(\+{_SEP}(?!86)[1-9]\x00*{_SEP}{_digits(7, 13)})(?![0-9])")
#: 139空0000空1234: any word between the groups, the same twice; 号139后面00001234: in two parts.
_WORDED = re.compile(r"(?<![0-9])(1[3-9][0-9](\D{1,2})[0-9]{4}\2[0-9]{4})(?![0-9])")
_IN_PARTS = re.compile(r"(?:号|电话|手机|打|拨|联系)\D{0,4}(1[3-9][0-9][\u4e00-\u9fff，,:：]{1,5}[0-9]{8})(?![0-9])")
_LOCAL = re.compile(r"(?<![0-9A-Za-z._/=#〔\[-])([2-8][0-9]{6,7})(?![0-9A-Za-z〕\]]|[.-][0-9])")
_IDENTITY = re.compile(
    rf"{_NO_DIGIT}([1-9]\x00*{_SEP}(?:{_D}{_SEP}){{5}}(?:1\x00*{_SEP}[89]|2\x00*{_SEP}0)\x00*{_SEP}(?:{_D}{_SEP}){{9}}(?:{_D}|[xX×]))(?![0-9A-Za-z])"
)
_OLD_IDENTITY = re.compile(rf"{_NO_DIGIT}([1-8]\x00*{_SEP}{_digits(14)})(?![0-9A-Za-z])")
_CARD = re.compile(rf"{_NO_DIGIT}([3-6]\x00*{_SEP}{_digits(15, 18)})(?![0-9A-Za-z])")
#: A word of telephones shortly before makes a number of any run of digits.
_CALL = re.compile(
    r"(?:电话|電話|手机|手機|座机|联系方式|联系号码|联系人|联系|联络|致电|来电|回电|拨打|拨|呼|热线"
    r"|tel(?:ephone)?|phone(?: number)?|mobile|cell|call(?: me)?(?: at| on)?|my number|reach me(?: at| on)?)"
    rf"(?:号码|号|是|为|我|他|她|本人|:|：|=|is|at|on|[^\w\n]){{0,6}}({_digits(7, 14)})(?![0-9A-Za-z])",
    re.I,
)
#: … and one shortly behind.
_CALLED = re.compile(
    r"(?<![0-9A-Za-z.])([0-9]{7,12})(?=[)）]?[,，、 ]{0,2}(?:打给|找我|联系我|联系他|是我(?:的)?(?:电话|手机|号)|这个电话|这个号码))"
)
_ID = r"[A-Za-z0-9][A-Za-z0-9_.-]{4,19}"
_MESSENGER = re.compile(
    r"(?:微信|薇信|威信|徽信|微 ?信 ?号|(?<![A-Za-z0-9-])(?:wechat|weixin|v信|vx|wx|wei ?xin|v(?=[:： +]|号))|扣扣|企鹅号?|q ?q|抖音|快手|支付宝|钉钉|飞书|陌陌|小红书号|微博号|telegram|whatsapp|skype)"
    r"(?:账号|帐号|号码|群号|号|id|同号|联系|[是为叫加在]|is|my|[^\w\n]){0,6}"
    rf"({_ID}(?![A-Za-z0-9_@])|{_digits(5, 12)})",
    re.I,
)
_MESSENGER_BEHIND = re.compile(
    rf"(?<![A-Za-z0-9_])({_ID})(?=[(（,， ]{{0,2}}(?:是|为)?(?:我|本人|他|她)?(?:的)?(?:微信|vx|wx|wechat|q ?q|扣扣))",
    re.I,
)
#: What is named as somebody's: the number behind the name of a paper or an account.
_PAPER = re.compile(
    r"(?:身份证|身份證|居民证|护照|通行证|社保卡?|医保卡?|银行卡|信用卡|储蓄卡|卡号|银行(?:账|帐)[号户]|[账帐][号户]|存折|驾驶证|驾照|军官证|残疾证"
    r"|id (?:card|number)|passport|bank (?:card|account)|account)"
    rf"(?:号码|编号|号|尾号|no\.?|number|[\u4e00-\u9fff]{{1,2}}字第?|[是为]|is|[^\w\n]){{0,5}}([A-Za-z]{{0,2}}{_digits(6, 20)}[xX×]?)(?![0-9A-Za-z])",
    re.I,
)
MAIL = re.compile(
    r"[A-Za-z0-9][\w.+-]{0,60}\s?(?:@|\[at\]|\(at\)|\sat\s|艾特)\s?[A-Za-z0-9-]{1,60}(?:\s?(?:\.|点|\[dot\]|\(dot\)|\sdot\s)\s?[A-Za-z]{2,}){1,3}",
    re.I,
)
#: What a number is of, said shortly before it: it tells the department what or where, not who.
_THING = re.compile(
    r"(?:表|户号|户|单号|单|票号?|工单|编号|订单|案号|文号|文|车架号?|设备|桩号|站号|回执|流水号?|发票号?|档案|合同|证照|许可证?|代码|批号|箱号?"
    r"|kv|meter|order|ticket|bill|invoice|no\.)(?:号码|号|是|为|[:： #.-]){0,4}$",
    re.I,
)
#: What a number counts, said right behind it.
_UNIT = re.compile(
    r"\s?(?:元(?![旦宵])|万|亿|块|圆|人民币|平|㎡|m²|度|吨|立方|千瓦|公里|米|户|人|亩|斤|kwh|yuan|rmb|%)",
    re.I,
)
_COUNTED = frozenset("号栋楼路室幢座年月日度线页章间次期届岁")
_LISTS = frozenset({",", "，", "、", "；", ";"})
_GROUPINGS = frozenset({(3, 4, 4), (3, 3, 5), (4, 3, 4), (4, 4, 3), (3, 8), (7, 4), (5, 6)})
_PUBLIC = re.compile(r"(?:400|800|95|96|10[0-9]{3}$|12[0-9]{3}$|16[0-9]{3}$)")


def groups_of(found: str) -> tuple[list[str], set[str]]:
    """The groups of digits, and what stands between them."""
    parts = re.split(r"([\W_]+)", found.replace("\x00", ""))
    return parts[::2], {re.sub(r"\s", "", p) or " " for p in parts[1::2]}


def _is_mobile(plain: str, found: re.Match[str]) -> bool:
    groups, between = groups_of(found[1])
    lengths = [len(g) for g in groups]
    if len(groups) == 1:
        return not _is_thing(plain, found)
    if sum(lengths) > 11:
        return False
    if between <= _LISTS:  # 139，0000，1234 is one number; 13、20、25 are several
        return tuple(lengths) in _GROUPINGS or (max(lengths) == 1 and groups != sorted(groups))
    if max(lengths) == 1:
        return True
    if lengths[0] < 3:
        return max(lengths) <= 2 and len(between) == 1 and not between & {".", "/"}
    plain_date = len(between) > 1 and (_has_date(groups) or min(lengths) == 1)
    return not plain_date and not _is_thing(plain, found)


def _has_date(groups: list[str]) -> bool:
    return any(re.fullmatch(r"(?:19|20)\d\d", a) and int(b) <= 12 for a, b in itertools.pairwise(groups))


def _is_landline(plain: str, found: re.Match[str]) -> bool:
    groups, between = groups_of(found[1])
    return len(groups) <= 5 or (max(map(len, groups)) == 1 and len(between) == 1)


def _is_local(plain: str, found: re.Match[str]) -> bool:
    return not (_is_day(found[1]) or _is_thing(plain, found))


def _is_thing(plain: str, found: re.Match[str]) -> bool:
    before, behind = (
        plain[max(0, found.start(1) - 12) : found.start(1)],
        plain[found.end(1) : found.end(1) + 6],
    )
    return bool(_THING.search(before) or _UNIT.match(behind))


def _is_day(digits: str) -> bool:
    """`20251128`, and the first eight digits of a moment."""
    try:
        return len(digits) >= 8 and 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).year <= 2100
    except ValueError:
        return False


def _is_identity(plain: str, found: re.Match[str]) -> bool:
    groups, _ = groups_of(found[1])
    digits = "".join(groups)
    if not _is_grouped([len(g) for g in groups]):
        return False
    return _is_day(digits[6:14] if len(digits) == 18 else f"19{digits[6:12]}") and not _is_thing(plain, found)


def _is_grouped(lengths: list[int]) -> bool:
    """Whether one would write an identity so: whole, by its parts, in fours, or each digit apart; not doors in a row."""
    if max(lengths) == 1:
        return True
    fours = lengths[0] == 4 and set(lengths[:-1]) == {4}
    return max(lengths) >= 4 and len(lengths) <= 6 and (fours or lengths[0] in {3, 6} or lengths[0] > 9)


def _is_card(plain: str, found: re.Match[str]) -> bool:
    groups, _ = groups_of(found[1])
    digits = "".join(groups)
    if _is_thing(plain, found) or (any(len(g) < 3 for g in groups) and max(map(len, groups)) > 1):
        return False
    return digits.startswith("62") or _luhn(digits)


def _luhn(digits: str) -> bool:
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(sum(divmod(2 * int(d), 10)) for d in even)) % 10 == 0


def _is_called(plain: str, found: re.Match[str]) -> bool:
    digits = re.sub(r"[^0-9]", "", found[1])
    return not (_PUBLIC.match(digits) or _is_day(digits) or _UNIT.match(plain[found.end(1) : found.end(1) + 6]))


def _always(plain: str, found: re.Match[str]) -> bool:
    return True


def _is_worded(plain: str, found: re.Match[str]) -> bool:
    """Not 139元1000元2000, 139号1000号1200: what is counted, or doors in a row."""
    return not (_UNIT.match(found[2]) or found[2] in _COUNTED)


def _is_in_parts(plain: str, found: re.Match[str]) -> bool:
    return not _is_day(found[1][-8:])


def _is_account(plain: str, found: re.Match[str]) -> bool:
    return not _is_day(re.sub(r"[^0-9]", "", found[1])[:8])


#: What to look for, and whether what was found is one.
RULES = (
    (_MOBILE, _is_mobile),
    (_IDENTITY, _is_identity),
    (_OLD_IDENTITY, _is_identity),
    (_LANDLINE, _is_landline),
    (_FROM_ABROAD, _is_landline),
    (_CARD, _is_card),
    (_LOCAL, _is_local),
    (_CALL, _is_called),
    (_CALLED, _is_called),
    (_MESSENGER, _is_account),
    (_MESSENGER_BEHIND, _is_account),
    (_PAPER, _always),
    (_ELSEWHERE, _always),
    (_WORDED, _is_worded),
    (_IN_PARTS, _is_in_parts),
)
#: These are hidden with the country or the bracket before them.
WITH_FRONT = frozenset({_MOBILE, _LANDLINE, _FROM_ABROAD})
