"""Search of 10,000 notice sheets (BENCH_SHEETS) as one types, each search in turn with a bare LIKE over the same sheets."""

from __future__ import annotations

import itertools
import os
import random
import statistics
import time
from collections.abc import Iterator

from bench.runner import MORNING, BenchFigure, Ground
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.base.text.search_keys import pattern_of
from routing.knowledge import search, sheets
from routing.knowledge.content import SheetFields

SHEETS = int(os.environ.get("BENCH_SHEETS", "10000"))
_ROUNDS = 40
#: What is typed, from what hundreds of sheets hold to what none does; one character, two, a sentence.
_TYPED = (
    "户口",
    "不动产",
    "户",
    "不",
    "证",
    "不动产登记",
    "户口 迁移",
    "我想问一下二手房过户要带什么",
    "低保",
    "鲸鱼",
    "营业执照",
    "复印件",
)
_LIKE = (
    "SELECT s.id FROM sheet s JOIN sheet_version v ON v.sheet_id = s.id AND v.version = s.version"
    " WHERE v.title LIKE $1 OR array_to_string(v.aliases, ' ') LIKE $1 ORDER BY s.uses DESC LIMIT 8"
)
_THINGS = [
    "户口",
    "不动产",
    "营业执照",
    "驾驶证",
    "养老保险",
    "医疗保险",
    "低保",
    "残疾证",
    "居住证",
    "护照",
    "婚姻",
    "公积金",
    "建设工程",
    "食品经营",
    "道路运输",
    "林木采伐",
    "取水",
    "宅基地",
    "土地承包",
    "出生",
    "死亡",
    "老年人优待",
    "退役军人",
    "教师资格",
    "就业失业",
    "农机",
    "种子",
    "兽药",
    "排污",
    "消防",
]
_DEEDS = [
    "登记",
    "迁移",
    "补领",
    "换证",
    "变更",
    "注销",
    "转移登记",
    "首次登记",
    "年检",
    "申请",
    "审批",
    "备案",
    "查询",
    "证明",
    "延期",
    "过户",
    "缴费",
    "退费",
    "鉴定",
    "补贴",
]
_WHOM = ["居民", "个人", "企业", "个体工商户", "农村居民", "学生", "外来人员", "单位", "合作社", "新生儿"]


async def bench(where: Ground) -> list[BenchFigure]:
    """The slowest of a hundred and the middle of all searches; of the LIKE in turn the same."""
    async with where.pool("bench_knowledge") as pool, pool.acquire() as conn:
        filled = await _fill(conn, where.services)
        took, bare = list[float](), list[float]()
        for words in itertools.chain.from_iterable([_TYPED] * _ROUNDS):
            before = time.perf_counter()
            await search.find(conn, words, MORNING.date(), 8)
            took.append((time.perf_counter() - before) * 1000)
            before = time.perf_counter()
            await conn.fetch(_LIKE, pattern_of(words.split()[0]))
            bare.append((time.perf_counter() - before) * 1000)
    what = f"search of {SHEETS:,} notice sheets"
    for words, each in _slowest(took):
        print(f"  {words}: {each:,.1f} ms at most")
    return [
        BenchFigure(f"{what}, median", statistics.median(took), "ms", statistics.median(bare)),
        BenchFigure(f"{what}, p99 of {len(took)}", _p99(took), "ms", _p99(bare), "< 20 ms"),
        BenchFigure(f"{SHEETS:,} sheets taken", filled, "s"),
    ]


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def _slowest(took: list[float]) -> Iterator[tuple[str, float]]:
    for at, words in enumerate(_TYPED):
        yield words, max(took[at :: len(_TYPED)])


async def _fill(conn: Conn, services: Services) -> float:
    """Sheets of made-up services, as an import writes them; the seconds that this took."""
    chance = random.Random(1890)
    department = await conn.fetchval("INSERT INTO department (code, name) VALUES ('B01', '测试局') RETURNING id")
    several = []
    for n in range(SHEETS):
        thing, deed, whom = chance.choice(_THINGS), chance.choice(_DEEDS), chance.choice(_WHOM)
        fields = SheetFields(
            title=f"{whom}{thing}{deed}（{n}）",
            aliases=[f"{deed}{thing}", thing, "二手房过户" if n % 997 == 0 else f"{whom}{deed}"],
            papers="身份证原件及复印件；户口本；申请表一式两份；不动产权证书；近期免冠照片；法律法规规定的其他材料",
            where=f"政务服务大厅{n % 40 + 1}号窗口，周一至周五",
            takes=f"{n % 15 + 1}个工作日",
            cost="无" if n % 3 else "工本费10元",
            basis="《中华人民共和国行政许可法》第三十八条",
        )
        several.append((None, department, fields.content()))
    before = time.perf_counter()
    async with conn.transaction():
        for start in range(0, SHEETS, 50):
            await sheets.put_in_force(conn, services, several[start : start + 50], "system", MORNING)
    took = time.perf_counter() - before
    await conn.execute("UPDATE sheet SET uses = id % 50")
    await conn.execute("VACUUM ANALYZE sheet")
    await conn.execute("VACUUM ANALYZE sheet_version")
    return took
