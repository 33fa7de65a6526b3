"""Where the demo's matters are, and what is said around them. Pure."""

from __future__ import annotations

import random

STREETS = (
    "团结西路",
    "永安街",
    "正阳街",
    "嫩江路",
    "新兴大街",
    "民生路",
    "人民路",
    "铁东街",
    "建设街",
    "文化路",
    "幸福路",
    "南湖路",
)
ESTATES = (
    "丽发新城",
    "嫩水绿洲",
    "锦绣家园",
    "阳光小区",
    "富民小区",
    "鹤乡花园",
    "世纪广场北区",
    "供销家属楼",
    "水利小区",
    "新村二期",
)
#: Villages of each township of the directory.
VILLAGES: dict[str, tuple[str, ...]] = {
    "D65": ("架其村", "南岗子社区", "东街社区", "北门社区"),
    "D66": ("坦途村", "民生村", "四合村", "乌兰吐村"),
    "D67": ("公和勒村", "东屏村", "莲花村", "白音套海村"),
    "D68": ("英台村", "大屯村", "八家子村", "两家子村"),
    "D69": ("沿江村", "大洼村", "双龙村", "三家子村"),
    "D70": ("五棵树村", "太平村", "新发村", "胜利村"),
    "D71": ("黑鱼村", "岔台村", "前进村", "西围子村"),
    "D72": ("哈吐气村", "乌木村", "后沙力村", "格根村"),
    "D73": ("莫莫格村", "乌兰昭村", "哈拉村", "鹤乡村"),
    "D74": ("嘎什根村", "创业村", "新立村", "东岗村"),
    "D75": ("建平村", "永乐村", "平安村", "靠山村"),
}
TOWNS = {
    "D65": "镇赉镇",
    "D66": "坦途镇",
    "D67": "东屏镇",
    "D68": "大屯镇",
    "D69": "沿江镇",
    "D70": "五棵树镇",
    "D71": "黑鱼泡镇",
    "D72": "哈吐气乡",
    "D73": "莫莫格乡",
    "D74": "嘎什根乡",
    "D75": "建平乡",
}
#: Matters of these departments are in the countryside.
RURAL = frozenset({"D21", "D30", "D31", "D32", "D33", "D34", "D41", "D45", "D51", "D60"})
_OPENERS = (
    "",
    "",
    "",
    "你好，",
    "您好，",
    "我反映一下，",
    "麻烦问一下，",
    "热线吗？",
    "请领导管管，",
    "我是居民，",
)
_CLOSERS = (
    "。",
    "。",
    "。请尽快处理。",
    "，已经反映过一次了。",
    "，希望给个说法。",
    "，谢谢。",
    "，急！",
    "，麻烦派人看看。",
)


def place_in_town(chance: random.Random) -> str:
    """A place in the county town."""
    if chance.random() < 0.5:
        return f"{chance.choice(STREETS)}{chance.randint(1, 120)}号"
    return f"{chance.choice(ESTATES)}{chance.randint(1, 28)}号楼{chance.randint(1, 5)}单元"


def place_in_village(chance: random.Random, code: str | None = None) -> str:
    """A place in a village, of a township where one is named."""
    code = code or chance.choice(tuple(VILLAGES))
    return f"{TOWNS[code]}{chance.choice(VILLAGES[code])}{chance.randint(1, 9)}组"


def spoken(text: str, chance: random.Random) -> str:
    """The matter as a caller begins and ends it."""
    return f"{chance.choice(_OPENERS)}{text.rstrip('。')}{chance.choice(_CLOSERS)}"
