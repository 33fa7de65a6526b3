"""On the first day, before any model: departments by what their duties and names say."""

from __future__ import annotations

import csv
import time
from importlib import resources

import pytest

from routing.suggestions.by_duties import Known, by_duties, territory_of, whole_names

#: What people of a county write, and who has it. Written by hand for this test; the directory is the demo's.
MESSAGES = (
    ("家里暖气不热，屋里只有十五度", "D62"),
    ("小区停水两天了什么时候来水", "D61"),
    ("我们村昨晚停电到现在还没来", "D64"),
    ("厨房有燃气味怕泄漏", "D63"),
    ("老板拖欠工资三个月了不给", "D22"),
    ("红绿灯坏了路口很危险", "D18"),
    ("门口天天有人违停占道停车", "D18"),
    ("楼下烧烤油烟太大", "D26"),
    ("流动摊贩占道经营把路都堵了", "D26"),
    ("垃圾箱满了没人清运", "D27"),
    ("孩子上小学学区怎么划分", "D15"),
    ("补课培训机构不退钱", "D15"),
    ("办身份证需要什么材料", "D17"),
    ("半夜广场舞噪音扰民", "D17"),
    ("想给老人申请低保", "D19"),
    ("结婚登记周末上班吗", "D19"),
    ("怎么办残疾证", "D12"),
    ("买到假冒伪劣化肥要退款", "D42"),
    ("超市卖过期食品安全谁管", "D42"),
    ("电梯总坏没人管", "D42"),
    ("新农合异地就医怎么报销", "D44"),
    ("我的养老保险断缴了怎么补", "D53"),
    ("退休养老金什么时候发", "D53"),
    ("失业金怎么领", "D54"),
    ("公积金提取要带什么", "D55"),
    ("邻居占了我家宅基地", "D23"),
    ("征地补偿款没给", "D23"),
    ("房产证过户去哪里办", "D24"),
    ("物业不作为楼道漏水", "D25"),
    ("商品房逾期不交房", "D25"),
    ("路灯坏了三天没人修", "D25"),
    ("人行道井盖缺失怕人掉下去", "D29"),
    ("下水道堵了污水外溢积水", "D29"),
    ("出租车不打表乱收费", "D30"),
    ("农村公路坑太多班车不好走", "D30"),
    ("种粮补贴怎么没到账", "D32"),
    ("有人焚烧秸秆浓烟滚滚", "D47"),
    ("养殖场的病死畜禽乱扔", "D33"),
    ("工厂往河里排污水直排", "D47"),
    ("有人盗伐林木", "D34"),
    ("网吧让未成年人进", "D36"),
    ("医疗纠纷找谁调解", "D37"),
    ("接种疫苗在哪里", "D56"),
    ("退役军人优抚金标准", "D38"),
    ("消防通道被堵", "D40"),
    ("税务局不给开发票", "D48"),
    ("回迁房什么时候能分，过渡费没发", "D52"),
    ("想申请法律援助请律师", "D20"),
    ("村干部吃拿卡要", "D02"),
    ("窗口服务态度差让我跑了三趟", "D46"),
    ("树枝太长要修剪，压到房顶了", "D28"),
    ("东屏镇公和勒村的村部没人上班", "D67"),
    ("嘎什根乡村屯的环境没人管", "D74"),
    ("水库放水淹了我家地", "D31"),
)


def directory() -> list[Known]:
    text = resources.files("reports.demo").joinpath("departments.csv").read_text("utf-8")
    return [
        Known(r["code"], r["name"], tuple(r["duties"].split(";")), "", r["group"])
        for r in csv.DictReader(text.splitlines())
    ]


def test_the_first_day_is_decent() -> None:
    known, first, three = directory(), 0, 0
    wrong = []
    for text, code in MESSAGES:
        found = [h.code for h in by_duties(known, text)]
        first += found[:1] == [code]
        three += code in found
        if found[:1] != [code]:
            wrong.append((text, code, found))
    assert first / len(MESSAGES) >= 0.85, wrong
    assert three / len(MESSAGES) >= 0.92, wrong


@pytest.mark.parametrize("text", ["东屏镇的农村公路坏了", "东屏的农村公路全是坑"])
def test_territory_and_matter_are_separate_questions(text: str) -> None:
    found = by_duties(directory(), text)
    assert [h.code for h in found[:2]] == ["D30", "D67"]
    assert found[1].place
    assert not found[0].place
    assert by_duties(directory(), "村里没人管", "东屏镇公和勒村")[0].code == "D67"


def test_shares_are_shares_and_nothing_known_says_nothing() -> None:
    known = directory()
    for text, _ in MESSAGES:
        assert sum(h.probability for h in by_duties(known, text)) <= 1
    assert by_duties(known, "……") == []
    assert by_duties([], "路灯") == []


def test_names() -> None:
    assert whole_names("县公安局交通警察大队") == ("县公安局交通警察大队", "公安局交通警察大队")
    assert whole_names("县民政局") == ("县民政局", "民政局")
    for name in ("县政府办公室", "县委办公室", "县医院", "国网镇赉县供电公司"):
        assert whole_names(name) == (name,)
    assert territory_of(Known("D67", "东屏镇", ())) == "东屏镇"
    assert territory_of(Known("D67", "东屏镇人民政府", ())) == "东屏镇"
    assert territory_of(Known("D13", "县政府办公室", ())) == ""
    assert territory_of(Known("D19", "县民政局", ())) == ""


def test_it_is_fast() -> None:
    known = directory()
    by_duties(known, "路灯")
    begun = time.thread_time()
    for text, _ in MESSAGES:
        by_duties(known, text * 4, "东屏镇")
    assert (time.thread_time() - begun) / len(MESSAGES) < 0.004
