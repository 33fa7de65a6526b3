"""A made-up file of past tickets of any length, the same each time."""

from __future__ import annotations

import csv
import random
from datetime import datetime, timedelta
from pathlib import Path

HEAD = [
    "编号",
    "受理时间",
    "渠道",
    "类别",
    "内容",
    "地点",
    "承办单位",
    "办结时间",
    "结果",
    "答复",
    "电话",
    "去向",
    "对方编号",
    "评分",
    "紧急程度",
]
_MATTERS = [
    "路灯不亮",
    "垃圾没人清",
    "夜里施工吵闹",
    "自来水发黄",
    "供暖温度不够",
    "井盖丢失",
    "公交车不停站",
    "拖欠工资",
    "低保申请",
    "医保报销",
    "宅基地纠纷",
]
_STREETS = ["人民路", "建设街", "铁东街", "团结街", "民主路", "站前街", "嫩江路"]


def write_past(path: Path, rows: int, departments: int = 75) -> Path:
    """Five years of tickets: three in five by departments, most of the others answered on the spot."""
    dice, start = random.Random(rows), datetime(2021, 1, 4, 8)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEAD)
        for n in range(rows):
            table.writerow(_row(n, start + timedelta(minutes=n * 2_500_000 // rows), dice, departments))
    return path


def _row(n: int, opened: datetime, dice: random.Random, departments: int) -> list[object]:
    by, where, theirs, score = "", "", "", ""
    chance = dice.random()
    if chance < 0.62:
        by, closed = f"D{dice.randint(10, departments):02d}", opened + timedelta(hours=dice.randint(1, 600))
        outcome, result = (
            dice.choice(("已解决", "已解释")),
            "已处理，" + "按规定办理完毕" * dice.randint(1, 4),
        )
        score = dice.choice(("", "5", "4", "3", "1"))
    elif chance < 0.9:
        closed, outcome, result = opened + timedelta(minutes=9), "当场答复", "请携带身份证到窗口办理"
    elif chance < 0.95:
        closed, outcome, result, where, theirs = opened + timedelta(minutes=5), "转办", "已转", "119", "8812"
    else:
        closed, outcome, result, where = (
            opened + timedelta(minutes=50),
            "不予受理",
            "已进入司法程序",
            "县人民法院",
        )
    street = dice.choice(_STREETS)
    words = f"{street}{dice.randint(1, 400)}号{dice.choice(_MATTERS)}，已经{dice.randint(2, 30)}天了，请尽快处理，第{n}次反映"
    return [
        f"H{n:07d}",
        f"{opened:%Y-%m-%d %H:%M}",
        dice.choice(("来电", "来电", "短信", "网页")),
        dice.choice(("咨询", "求助", "投诉", "意见建议")),
        words,
        f"{street}{dice.randint(1, 99)}号",
        by,
        f"{closed:%Y-%m-%d %H:%M}",
        outcome,
        result,
        f"139{dice.randint(0, 99_999_999):08d}" if dice.random() < 0.9 else "",
        where,
        theirs,
        score,
        dice.choice(("一般", "一般", "紧急", "")),
    ]
