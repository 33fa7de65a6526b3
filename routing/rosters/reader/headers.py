"""What a column of a roster holds, by its header: days, names, hours, a post with its rank and hours, or what is not read. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from routing.rosters.reader.cells import plain_text, tight
from routing.rosters.reader.hours import Hours
from routing.rosters.reader.words import DEFAULTS, TableWords, key_of, taken_out

Kind = Literal[
    "",
    "department",
    "section",
    "name",
    "from",
    "to",
    "rank",
    "title",
    "date",
    "when",
    "weekday",
    "shift",
    "post",
    "phone",
    "aside",
    "unknown",
]
_COLUMNS: Mapping[Kind, str] = {
    "department": "department 单位 部门 承办单位 单位名称 值班单位 所属单位 所在单位 责任单位 部门名称 乡镇 专班 工作专班 局办",
    "section": "科室 股室 处室 内设机构 小组 组别",
    "name": "name 姓名 值班人员姓名 值班人姓名 人员姓名 人员 person 名字 值班姓名 名单 职工姓名 员工姓名",
    "from": "from 开始 开始时间 起 起始时间 上班时间 开始时刻 起始 值班开始时间 接班时间 start",
    "to": "to 结束 结束时间 止 截止时间 下班时间 终止时间 截止 值班结束时间 交班时间 end",
    "rank": "rank 级别 身份 角色 值班级别 值班身份",
    "title": "职务 职称 职级 岗位 值班岗位 岗位名称 值班职务 行政职务",
    "date": "date 日期 值班日期 day 时间日期 值班日 年月日 日期星期 日期及星期 日期(星期) 值班日期及星期",
    "when": "时间 值班时间 值守时间 值班日期及时间",
    "weekday": "星期 周几 星期几 礼拜 weekday 值班星期",
    "shift": "shift 班次 班别 值班时段 时段 班种 值班班次 班 轮班 班组 时间段 值班时间段",
    "aside": "序号 编号 no no. # 序 排序 周次 备注 说明 remark remarks note 备 注 附注 地点 值班地点 值班地址 地址 性别 签名 签字 签到 交班 接班 交接班 "
    "合计 天数 小计 工时 总计 值班天数 班数 值班室 房间号 车牌号 车号 微信 值班记录 交接记录 身份证号 民族 学历 政治面貌 工号 年龄",
}
_OURS: Mapping[str, Kind] = {word: kind for kind, words in _COLUMNS.items() for word in words.split()}
_DIAGONAL = re.compile(
    r"(?:日期|日|星期|时间|班次)[/\\、|]*(?:姓名|人员|名字|值班人员?)|(?:姓名|人员|名字|值班人员?)[/\\、|]*(?:日期|日|星期|时间|班次)"
)
_DIAGONAL_POST = re.compile(
    r"(?:日期|星期|时间)[/\\、|]*(?:班次|岗位|职务|时段)|(?:班次|岗位|职务|时段)[/\\、|]*(?:日期|星期|时间)"
)
_PHONE = re.compile(r"电话|手机|联系方式|号码|短号|tel|phone|mobile")
_AND = re.compile(r"及|和|与|、|/|\+|,|\(.*(?:电话|手机|号码)")
_PEOPLE = re.compile(
    r"值班|值守|带班|领导|干部|人员|人$|员|负责人|组长|成员|姓名|主班|副班|在岗|当班|行政班|总值|主值|副值|duty|member|leader|deputy"
)
_LEADER = re.compile(r"带班|领导|负责人|(?<!副)组长|leader|(?:局长|主任|书记|县长|镇长|乡长|院长|校长)")
_DEPUTY = re.compile(r"副班|副组长|副职|副值|备勤|备班|备岗|二线|听班|候班|候补|替补|待命|deputy")
_PART = re.compile(
    r"(?:后夜|前夜|大夜|小夜|白|日|昼|夜|晚|早|中|全天)(?=班)|白天|夜间|夜晚|晚间|日间|昼间|全天|全日|24小时|昼夜|\((?:白|夜|日|晚|早|中|全)\)"
)
_OTHER = re.compile(r"[^值带主副当在轮行政]班(?!长|组|子)|备勤|备班|备岗|二线|听班|候班|应急|待命|替补|候补")
_RANKS: Mapping[str, str] = {
    **dict.fromkeys(
        [
            "member",
            "成员",
            "组员",
            "值班员",
            "值班人员",
            "值班人",
            "工作人员",
            "主班",
            "值班干部",
            "一般干部",
            "科员",
            "干部",
            "主值",
        ],
        "member",
    ),
    **dict.fromkeys(["deputy", "副组长", "副班", "副职", "副值", "备班", "备勤"], "deputy"),
    **dict.fromkeys(
        [
            "leader",
            "组长",
            "带班领导",
            "值班领导",
            "带班",
            "领导",
            "专班负责人",
            "负责人",
            "带班干部",
            "带班人",
            "带班人员",
        ],
        "leader",
    ),
}
_TITLE = re.compile(
    r"[\u4e00-\u9fff]{0,12}(?:长|书记|主任|员|干事|助理|秘书|主席|经理|委员|师|干部|负责人|同志|老师|司机|会计|出纳|调研员|文书|部|科|股|室|办|级)"
)


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """A column: what it holds; of a post its rank and hours (none: those that the row says, or the usual ones); `asks`: a post
    whose hours must be said. `text`: as it was written."""

    kind: Kind
    text: str = ""
    rank: str = ""
    hours: Hours | None = None
    asks: bool = False


def rank_of(text: str) -> str | None:
    """member, deputy or leader; None for other words."""
    return _RANKS.get(tight(text) or "member")


def is_title(text: str) -> bool:
    """Whether words are somebody's title (局长, 办公室副主任), which says nothing of the duty."""
    return _TITLE.fullmatch(tight(text)) is not None


def read_head(text: str, words: TableWords) -> ColumnHead:
    """A header cell. Raises BadField where its hours have two meanings."""
    if text not in words.heads:
        words.heads[text] = _read(text, words)
    found: ColumnHead = words.heads[text]
    return found


def _read(text: str, words: TableWords) -> ColumnHead:
    """A header cell by its words, in the order in which they are tried."""
    said = tight(text)
    if not said:
        return ColumnHead("")
    bare = re.sub(r"\([^()]*\)", "", said) or said
    kind = _OURS.get(said) or _OURS.get(bare) or _OURS.get("_".join(plain_text(text).split()))
    if kind is not None and not (kind == "title" and taken_out(text)):
        return ColumnHead(kind, text)
    if _DIAGONAL.fullmatch(said):
        return ColumnHead("name", text)
    if _DIAGONAL_POST.fullmatch(said):
        return ColumnHead("title", text)
    if _PHONE.search(said) and not (_AND.search(said) and _PEOPLE.search(_PHONE.split(said)[0])):
        return ColumnHead("phone", text)
    return post_of(text, words)


def post_of(text: str, words: TableWords) -> ColumnHead:
    """A header, or the name of a row, as a post. Raises BadField where its hours have two meanings."""
    found = taken_out(text)
    hours, said = found if found is not None else (None, tight(text))
    said = said.replace("工作专班", "")
    rank = "deputy" if _DEPUTY.search(said) else "leader" if _LEADER.search(said) else "member"
    if hours is None:
        hours = _hours_in(said, words)
    if hours is not None:
        return ColumnHead("post", text, rank, hours)
    if _OTHER.search(said):
        return ColumnHead("post", text, rank, None, asks=True)
    if said in _RANKS:
        return ColumnHead("post", text, _RANKS[said], None)
    return ColumnHead("post", text, rank, None) if _PEOPLE.search(said) else ColumnHead("unknown", text, rank)


def _hours_in(said: str, words: TableWords) -> Hours | None:
    """The hours of the shift that a header names: the legend's words first."""
    key = key_of(said)
    for word in sorted(words.legend, key=len, reverse=True):
        if (
            key == word
            or (len(word) > 1 and word in said)
            or re.search(rf"{re.escape(word)}班|\({re.escape(word)}班?\)", said)
        ):
            return words.legend[word] or None
    if key in DEFAULTS:
        return words.meaning(key)
    if key in _RANKS or rank_of(said):
        return None
    part = _PART.search(said)
    return words.meaning(part[0].strip("()")) if part is not None else None
