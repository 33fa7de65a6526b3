"""Detection of danger in a contact (fire, gas, violence, somebody trapped or about to die): proposes 特急 and whom to
call. Pure.

A proposal for a person to confirm, never a decision: a word that is only part of another (年轻生育, 打人工台), the price of gas, a fear
(怕着火), a drill or last year's fire proposes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotline.base.text.search_keys import folded


@dataclass(frozen=True, slots=True)
class Danger:
    """The words of danger that were found, and whom to call as well: 119 fire and rescue, 110 police, 120 ambulance."""

    words: tuple[str, ...]
    numbers: tuple[str, ...]
    urgency: str = "critical"


_GAS = r"(?:煤气|燃气|天然气|液化气|瓦斯)"
#: Whom to call, for what is said.
_SAID: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (
        ("119",),
        re.compile(
            r"着火(?!点|源|了?吗)|起火(?!锅|车|炉|腿|点|原因)|失火(?!案)|火灾(?!隐患|风险|险|报警|自动|预防|防控|事故认定)|火烧起来|烧着了|大火(?!锅|车|炉|腿|苗|候)|"
            r"(?:电线|插座|变压器|电表|电箱|配电箱|电瓶车|电动车|充电器|楼道|屋里|房子|楼上|烟囱|灶台|机房)[^,。]{0,6}冒(?:黑烟|浓烟|烟|火)|"
            r"(?<!信息)(?<!知识)(?<!人口)爆炸(?!性|式|物|案)|\b(?:on fire|house is burning|explosion)\b"
        ),
    ),
    (
        ("119",),
        re.compile(
            _GAS
            + r"(?:罐|管道?|灶|表|阀门)?[^,。]{0,4}(?:泄漏|泄露|漏了|在漏|漏气|漏出来|爆)(?!报警|检测|保险)|漏"
            + _GAS
            + "|"
            + _GAS
            + r"(?:的?味|异味|臭味|味道|中毒)|(?:都是|全是|满是|一股|很大|好大)[^,。]{0,2}"
            + _GAS
            + "|"
            r"闻[到见][^,。]{0,6}" + _GAS + r"|\b(?:gas leak|smells? (?:of )?gas)\b"
        ),
    ),
    (
        ("119",),
        re.compile(
            r"(?<!资金)(?<!钱)被困(?!扰|惑|难|境|住宅|于贫)|困在(?:电梯|楼|屋|车|水|山|洪|火|井|河|里|树|房|雪|沟|厕)|电梯[^,。]{0,4}困(?:人|住)|关在电梯|"
            r"(?:掉|跌|落|摔)[进到入下](?:了)?[^,。]{0,4}(?:河|井|水|沟|坑|湖|水库|鱼塘)(?:里|中)?|溺水|落水(?!管|洞|口|井|斗)|"
            r"(?:楼|房|墙|桥|屋|棚|脚手架)[^,。]{0,5}(?:倒塌|坍塌|塌了)|(?:被|给)[^,。]{0,3}(?:埋|压)在|\btrapped\b"
        ),
    ),
    (
        ("110",),
        re.compile(
            r"打人(?!工|脸|头|员|家|次|数|情|民|力|口|事|社|心|缘|的(?:电话|号))|挨打|殴打|被[^,。]{0,6}打(?:了|伤|得|成|晕|住院)|动手打|打起来|打架(?!子)|斗殴|"
            r"(?:持|拿|拿着|举着|带)(?:菜)?刀|砍人|砍伤|捅(?:人|伤|了)|杀人|要杀|抢劫|绑架|入室|拐卖|"
            r"\b(?:being beaten|beating|stabb\w+|with a knife|robbery)\b"
        ),
    ),
    (
        ("110", "120"),
        re.compile(
            r"(?<!年)轻生(?!活|育|意|态|产|命|肖|气)|自杀(?!式|率)|自尽|跳楼(?!价|甩|大甩|机|促销)|要跳(?:河|江|桥|下)|跳河|跳桥|上吊|割腕|服毒|喝(?:了)?农药|"
            r"寻短见|想不开|不想活|活不下去|(?:了结|结束)(?:自己|自己的|生命)|\b(?:suicide|kill (?:myself|himself|herself)|want to die)\b"
        ),
    ),
    (
        ("120",),
        re.compile(
            r"昏迷|晕倒|昏倒|不省人事|(?:没有?|停止|没了)呼吸|大出血|流了?(?:很多|好多|一地)血|触电|电击|心脏病发|(?:煤气|一氧化碳|食物|集体|农药)中毒|"
            r"撞[到倒了伤]{1,2}(?:了)?(?:个|一个)?(?:人|老人|孩子|小孩|学生)|\bunconscious\b"
        ),
    ),
)
#: Before the word in its clause: a fear, a condition, a denial, a time long gone, a rehearsal.
_BEFORE = re.compile(
    r"怕|担心|担忧|以免|免得|避免|防止|预防|谨防|严防|防范|如果|假如|要是|万一|一旦|容易|可能|会不会|是否会|难免|险些|差点|差一点|曾|去年|前年|往年|上个?月|"
    r"以前|当年|从前|[几数一二两三四五六七八九十\d]+个?[年月]前|没有?$|未$|并未|不会|不是|未发生|没发生|"
    r"演练|演习|宣传|培训|讲座|知识|怎么预防|如何预防|电影|小说|游戏|if\b|afraid"
)
_IF = re.compile(r"要是|如果|万一|会不会")
#: Behind it: papers, money and prevention about it, not the thing itself.
_AFTER = re.compile(
    r"隐患|风险|的?危险(?!了)|怎么办理|怎么赔|如何赔|赔偿|理赔|保险|赔付|演练|演习|宣传|预案|知识|责任书|判决|案件|怎么处罚|如何处罚|怎么判|判几年|"
    r"原因|补偿|补助|补贴|报警器|报警仪|探测器|检测仪|防治|预防|讲座|培训|热线电话是多少|怎么办证|\?$|吗$"
)
_CLAUSE = re.compile(r"[,，。;；!！、\n]|(?<=[^a-z])\s+(?=[^a-z])")


def danger_of(text: str) -> Danger | None:
    """The danger that a text tells of now, or None."""
    words: list[str] = []
    numbers: list[str] = []
    for clause in (part.strip() for part in _CLAUSE.split(folded(text))):
        for whom, said in _SAID:
            for match in said.finditer(clause):
                if (
                    _BEFORE.search(clause[: match.start()])
                    or _IF.search(match[0])
                    or _AFTER.search(clause[match.end() :])
                ):
                    continue
                words.append(match.group())
                numbers += whom
    if not words:
        return None
    return Danger(tuple(dict.fromkeys(words))[:4], tuple(sorted(dict.fromkeys(numbers))))
