"""What other systems and offices call the columns and values of past tickets and slips. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from hotline.base.i18n import catalogue_of
from hotline.ticket import Category, Channel, Urgency
from routing.tables.columns import Headers, bare, plain_header

T = TypeVar("T", bound=StrEnum)


class PastOutcome(StrEnum):
    """How a past ticket ended."""

    ANSWERED = "answered"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    SOLVED = "solved"
    EXPLAINED = "explained"
    NOT_OURS = "not_ours"


_RATING = (
    "评分",
    "评价",
    "满意度",
    "打分",
    "得分",
    "分数",
    "星级",
    "评价结果",
    "满意度评价",
    "score",
    "stars",
    "satisfaction",
)
HISTORY: Headers = {
    "number": ("编号", "工单编号", "工单号", "受理编号", "流水号", "单号", "案件编号", "登记编号", "诉求编号", "原编号", "业务编号",
               "ticket", "ticket number", "ticket no", "case number", "case no", "id"),
    "opened": ("受理时间", "受理日期", "来电时间", "来电日期", "登记时间", "创建时间", "接收时间", "诉求时间", "反映时间", "来件时间",
               "opened at", "received", "received at", "created", "created at", "open date"),
    "channel": ("渠道", "来源", "受理渠道", "诉求渠道", "来源渠道", "受理方式", "反映渠道", "来件渠道", "诉求来源", "source"),
    "category": ("类别", "诉求类别", "诉求类型", "类型", "工单类型", "工单类别", "诉求性质", "业务类型", "type"),
    "text": ("内容", "诉求内容", "反映内容", "问题描述", "主要内容", "工单内容", "来电内容", "事件描述", "诉求描述", "具体内容",
             "content", "description", "request", "details"),
    "place": ("地点", "地址", "事发地点", "诉求地点", "发生地点", "问题地点", "事发地址", "诉求地址", "location", "address"),
    "department": ("承办单位", "主办单位", "办理单位", "责任单位", "处置单位", "承办部门", "办理部门", "责任部门", "单位", "部门", "dept", "unit"),
    "closed": ("办结时间", "办结日期", "完成时间", "结案时间", "办理完成时间", "关闭时间", "归档时间", "closed at", "finished", "close date"),
    "outcome": ("结果", "办理结果", "办结结果", "处理结果", "办结方式", "处理方式", "办结类型", "result type"),
    "result": ("答复", "答复内容", "回复", "回复内容", "答复意见", "处理意见", "反馈内容", "办理意见", "办理情况", "处理情况", "办结意见",
               "answer", "reply", "response", "resolution"),
    "urgency": ("紧急程度", "缓急程度", "优先级", "紧急级别", "priority"),
    "phone": ("电话", "联系电话", "来电号码", "来电电话", "手机", "手机号", "手机号码", "主叫号码", "诉求人电话", "来电人电话", "联系方式",
              "电话号码", "telephone", "tel", "phone number", "caller", "mobile"),
    "where": ("去向", "转往", "转至", "转办去向", "告知去向", "where to"),
    "reference": ("对方编号", "转办编号", "对方单号", "转接编号", "their number"),
    "rating": _RATING,
}  # fmt: skip
BOXES: Headers = {
    "unit": ("单位", "窗口单位", "意见箱所在单位", "意见箱单位", "所在单位", "所属单位", "意见箱", "被评价单位", "涉及单位", "评价对象", "单位名称", "部门", "部门名称", "窗口", "被评单位", "服务单位", "窗口名称", "department", "office"),
    "date": ("日期", "投递日期", "时间", "填写日期", "收集日期", "投递时间", "填写时间", "评价日期", "评价时间", "开箱日期", "day"),
    "text": ("内容", "意见", "意见内容", "意见建议", "意见和建议", "建议", "反映内容", "评价内容", "具体意见", "comment", "comments", "content", "opinion", "message"),
    "rating": _RATING,
}  # fmt: skip
CATEGORIES = {"咨询": Category.INQUIRY, "求助": Category.HELP, "求决": Category.HELP, "投诉": Category.COMPLAINT, "举报": Category.TIPOFF, "检举": Category.TIPOFF,
              "意见建议": Category.SUGGESTION, "建议": Category.SUGGESTION, "意见": Category.SUGGESTION, "表扬": Category.PRAISE, "感谢": Category.PRAISE,
              "enquiry": Category.INQUIRY, "question": Category.INQUIRY, "tip-off": Category.TIPOFF}  # fmt: skip
#: What our own screens say, and what tables of others do.
CHANNELS = {catalogue_of(("hotline",)).word(channel, "zh", "channel"): channel for channel in Channel} | {
            "电话": Channel.CALL, "热线": Channel.CALL, "热线电话": Channel.CALL, "phone": Channel.CALL, "telephone": Channel.CALL,
            "网络电话": Channel.WEBCALL, "语音通话": Channel.WEBCALL,
            "短信": Channel.SMS, "手机短信": Channel.SMS, "text message": Channel.SMS,
            "网页": Channel.WEB, "网络": Channel.WEB, "网站": Channel.WEB, "网上": Channel.WEB, "互联网": Channel.WEB, "微信": Channel.WEB, "公众号": Channel.WEB,
            "微信公众号": Channel.WEB, "小程序": Channel.WEB, "微信小程序": Channel.WEB, "app": Channel.WEB, "website": Channel.WEB, "online": Channel.WEB,
            "来信": Channel.LETTER, "信件": Channel.LETTER, "信函": Channel.LETTER, "书信": Channel.LETTER, "意见箱": Channel.BOX,
            "来访": Channel.VISIT, "走访": Channel.VISIT, "上门": Channel.VISIT, "现场": Channel.VISIT}  # fmt: skip
URGENCIES = {
    "特急": Urgency.CRITICAL,
    "紧急": Urgency.URGENT,
    "急": Urgency.URGENT,
    "一般": Urgency.NORMAL,
    "普通": Urgency.NORMAL,
    "正常": Urgency.NORMAL,
}
OUTCOMES = {"当场答复": PastOutcome.ANSWERED, "直接答复": PastOutcome.ANSWERED, "直接解答": PastOutcome.ANSWERED, "当场解答": PastOutcome.ANSWERED,
            "不予受理": PastOutcome.DECLINED, "不受理": PastOutcome.DECLINED, "已转接": PastOutcome.TRANSFERRED, "转接": PastOutcome.TRANSFERRED, "转办": PastOutcome.TRANSFERRED,
            "已转办": PastOutcome.TRANSFERRED, "已解决": PastOutcome.SOLVED, "解决": PastOutcome.SOLVED, "已解释": PastOutcome.EXPLAINED, "解释": PastOutcome.EXPLAINED,
            "解释说明": PastOutcome.EXPLAINED, "已解释说明": PastOutcome.EXPLAINED,
            "不属本单位职责": PastOutcome.NOT_OURS, "非本单位职责": PastOutcome.NOT_OURS, "不属于本单位职责": PastOutcome.NOT_OURS, "resolved": PastOutcome.SOLVED}  # fmt: skip
_SCORES = {"非常满意": 5, "很满意": 5, "满意": 4, "比较满意": 4, "基本满意": 3, "一般": 3, "不满意": 2, "非常不满意": 1, "很不满意": 1,
           "verysatisfied": 5, "satisfied": 4, "dissatisfied": 2, "verydissatisfied": 1}  # fmt: skip
#: What stands where nobody rated.
_UNRATED = frozenset({"", "未评价", "未评", "无", "none", "n/a", "na"})
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}


def member_of(said: str, kind: type[T], words: Mapping[str, T]) -> T | None:
    """One of a fixed set by our name, our screens' or another's; `咨询类` and `咨询` are one; None where it is none."""
    folded = {plain_header(word): member for word, member in words.items()} | {plain_header(m.value): m for m in kind}
    for form in (plain_header(said), bare(said)):
        for key in (form, form.removesuffix("类"), form.removesuffix("件")):
            if key in folded:
                return folded[key]
    return None


def score_in(said: str) -> int | None:
    """A rating from 1 to 5: `5`, `5.0`, `5分`, `五星`, `★★★★☆`, `满意` (4); 0 where nobody rated; None where it cannot be told."""
    stars = said.replace("☆", "").strip()
    if stars and set(stars) <= {"★", "⭐", "\ufe0f"}:
        return min(stars.count("★") + stars.count("⭐"), 5) if len(said) <= 12 else None
    form = bare(said)
    if form in _UNRATED:
        return 0
    if form in _SCORES:
        return _SCORES[form]
    form = form.removesuffix("分").removesuffix("星级").removesuffix("星")
    if form in _DIGITS:
        return _DIGITS[form]
    if "." in said and said.strip().removesuffix("分").split(".")[-1].strip("0"):
        return None
    form = form.removesuffix("0") if "." in said else form
    return int(form) if form in {"1", "2", "3", "4", "5"} else None
