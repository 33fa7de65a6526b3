"""Blanks of a template that nobody filled in: found in words that a person is to be told (rulebook §8). Pure.

The patterns are written so that Python and browsers read them alike; pages carry them to the script that marks the blank.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

_MORE = 12
#: What may hold such signs and is none: addresses of mail and pages, names of files, names in code.
KEPT = (
    r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+"
    r"|https?://[^\s，。；、）》”]+"
    r"|[^\s，。；：、！？,;:!?《》【】（）()“”\"'<>]+\.(?:pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|webp|heic|zip|rar|7z|txt|csv|mp3|mp4|wav|apk|ofd|wps|et)(?![A-Za-z0-9])"
    r"|[A-Za-z0-9]+(?:_+[A-Za-z0-9]+)+"
)
_ALNUM = r"A-Za-z0-9"
_UNIT = (
    "(?:局|委|办|科|股|处|所|站|中心|单位|部门|公司|集团|小区|社区|学校|医院|街|路|村|镇|乡|县|市|区|省|楼|栋|"
    "年|月|日|时|点|问题|事项|原因|情况|地点|时间|地方|文件|规定|条例|办法|项目|工程|电话)"
)
_SURNAME = (
    "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹潘葛范彭鲁马方任袁柳史唐薛雷贺罗毕郝安常于傅齐康伍余"
    "顾孟黄萧尹姚邵汪毛米戴宋庞熊纪舒项祝董梁杜阮蓝闵季贾江郭林钟徐邱骆高夏蔡田胡凌霍万柯卢莫丁邓石崔龚程邢裴陆翁段侯"
    "武刘龙叶白蒲卓池乔闻温庄晏柴瞿阎连习向古易廖文肖包鲍佟岳付曲聂冷尚车谷关苗岑乌巴包吉"
)
_NAMED = "(?:职务|姓名|单位|时间|日期|地点|地址|电话|部门|原因|内容|事项|问题|结果|措施|编号|名称|金额|依据|文件名|联系人|联系电话)"
BLANK = "|".join(
    (
        r"[_＿]{2,}",
        rf"(?<![{_ALNUM}])[_＿](?![{_ALNUM}])",
        r"＿",
        r"[【（(〔\[《「“][ \u3000\u00a0]*[】）)〕\]》」”]",
        rf"[【（(〔\[](?:请?填写?|此处|待填|待补|具体){{0,2}}{_NAMED}(?:待填|待补|填写)?[】）)〕\]]",
        r"[【（(〔\[]?(?:此处填写?|待填写?|待补充|请在此填写?)[^】）)〕\]，。；\n]{0,12}[】）)〕\]]?",
        rf"(?<![{_ALNUM}*·•-])(?:[XxＸｘ]{{2,}})(?![{_ALNUM}*·•-])",
        rf"(?<![{_ALNUM}])[XxＸｘ](?=[年月日时点号元])(?![{_ALNUM}])",
        r"[×✕✖]{2,}",
        r"(?<![0-9０-９ ])[×✕✖](?=[年月日时点局村镇乡县])",
        rf"(?<![{_ALNUM}*])\*{{3,}}(?![{_ALNUM}*])",
        r"(?<![零〇○一二三四五六七八九十百千])[○◯〇]{2,}(?![零〇○一二三四五六七八九十百千年])",
        rf"某某某?(?=年|月|日|时|点)|(?<![{_SURNAME}某])某某某?(?={_UNIT}|同志|先生|女士|领导)",
        r"(?:(?<=[由请因经被让找系])|(?<![^\s，。；：、！？,;:!?《（(“]))某某某?(?!某)",
        r"\$?\{{1,2}[^{}\n]{0,24}\}{1,2}",
        r"<(?:请?填写?)?[\u4e00-\u9fff]{1,12}>",
        r"年[ \u3000\u00a0]+月|月[ \u3000\u00a0]+日|第[ \u3000\u00a0]+[条章项款号]",
        r"(?:[…⋯]{1,}|\.{3,})[年月日](?![前后])",
        r"(?<![0-9０-９零〇一二三四五六七八九十])[-—－~～]{2,}[年月日]",
        r"[?？]{1,}月[?？]{1,}日",
    )
)
_KEPT, _BLANK = re.compile(KEPT), re.compile(BLANK)


def blanks(text: str) -> list[str]:
    """The blanks that stand in a text, as they are written there, in order."""
    return [found[0] for found in _found(text)]


def _found(text: str) -> list[re.Match[str]]:
    """Where they stand: what may hold such signs is passed by (its letters count as such)."""
    hidden = _KEPT.sub(lambda kept: "a" * len(kept[0]), text)
    return list(_BLANK.finditer(hidden))


def first_blank(text: str) -> str:
    """The first blank with some words around it, marked; empty where there is none."""
    found = _found(text)
    if not found:
        return ""
    start, end = found[0].span()
    before, after = text[max(0, start - _MORE) : start], text[end : end + _MORE]
    return f"{before}▶{text[start:end]}◀{after}".replace("\n", " ")


def filled(text: str) -> str:
    """The text, where no blank is left in it; for a field of a form. Raises pydantic's error of the kind `blank_left`."""
    if found := first_blank(text):
        raise PydanticCustomError("blank_left", "a blank of a template is left: {blank}", {"blank": found})
    return text


#: Words that a person is told.
Told = Annotated[str, StringConstraints(min_length=1, max_length=4000), AfterValidator(filled)]
