"""Words of a matter on a paper that goes round: no number, name or door of a person stands in them (rulebook §11). Pure.

Beside what is masked for departments (`masking`), names that are said as names are shortened to the surname, and what tells a home from
its street or estate is hidden. The street, the estate and the village stay: it is there that something is to be done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from hotline.base.text.masking import masked_words

_TWO = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|夏侯|包呼和|乌兰"
_ONE = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白"
    "崔康毛邱秦江史顾侯邵孟龙万段漕钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢骆岳齐沿梅莫庄辛管祝左涂谷祁时舒耿"
    "牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来苟全褚"
    "廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和"
)
_NAME = rf"((?:{_TWO})|[{_ONE}])([\u4e00-\u9fff·]{{1,2}})"
_END = r"(?=[，,。；;、：:\s（(）)!！?？]|的?电话|的?手机|身份证|$)"
_TITLE = r"(?=先生|女士|小姐|大爷|大妈|大娘|大叔|大婶|阿姨|师傅|老人|同志|老师|奶奶|爷爷|一家)"
#: A name that is said as one: before it who it is, behind it what people are called, or the number that it goes with.
_NAMES = (
    re.compile(
        rf"(?:我叫|我是|本人|名叫|叫做|姓名|联系人|户主|业主|当事人|诉求人|来电人|申请人|租客|房东|邻居|老伴|儿子|女儿|丈夫|妻子)(?:是|叫|为)?[:：\s]?{_NAME}{_END}"
    ),
    re.compile(rf"(?<![\u4e00-\u9fff]){_NAME}{_TITLE}"),
    re.compile(rf"(?<![\u4e00-\u9fff]){_NAME}(?=[，,：:\s（(]*(?:电话|手机|联系电话|身份证|\+?\d{{2,3}}\*{{4}}))"),
)
_COUNT = r"[0-9０-９A-Za-z一二三四五六七八九十百零〇]{1,5}"
#: What tells a home from its street or estate.
_DOORS = (
    re.compile(rf"{_COUNT}(?=号楼|号院|栋|幢|单元|号门|室(?!内|外|温))"),
    re.compile(r"(?<=[路街巷道弄村屯里])[0-9０-９]{1,5}(?:-[0-9]{1,4})?(?=号)"),
    re.compile(r"(?<![0-9A-Za-z-])[0-9]{1,3}-[0-9]{1,2}-[0-9]{1,4}(?![0-9-])"),
    re.compile(r"(?<=楼|元|栋|幢)[0-9]{3,4}(?![0-9年月日元米度])"),
    re.compile(r"(?i)(?<=\broom )[0-9A-Z]{1,5}\b|(?<=\bunit )[0-9A-Z]{1,5}\b|(?<=\bbuilding )[0-9A-Z]{1,4}\b"),
)


def paper_words(text: str, names: Iterable[str] = ()) -> str:
    """The words as a paper prints them. `names`: those that are known of the matter's persons; twice changes nothing more."""
    made = masked_words(text)
    for name in sorted({n.strip() for n in names if len(n.strip()) > 1}, key=len, reverse=True):
        made = made.replace(name, f"{name[:1]}**")
    for pattern in _NAMES:
        made = pattern.sub(_shortened, made)
    for pattern in _DOORS:
        made = pattern.sub("*", made)
    return made


def _shortened(found: re.Match[str]) -> str:
    """What stood before the name, its surname, and that there was more."""
    return f"{found[0][: found.start(2) - found.start()]}**{found[0][found.end(2) - found.start() :]}"
