"""The model learns, says why, is kept as arrays, and is fast; its figures on the real data are in `make prove`."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from hotline.base.command import CommandError
from routing.commands import labelled
from routing.suggestions.model.classifier import Curve
from routing.suggestions.model.cv import calibration_error, once
from routing.suggestions.model.functions import lessons, spoken, words_of
from routing.suggestions.model.keep import current, evaluate_rows, load, save
from routing.suggestions.model.text import call_names, counted, flat, learn
from routing.suggestions.model.train import HeldOutTexts, likeliest, train, weighed_rows
from tests.program import SHORT

TEXTS = [
    "人民路的路灯不亮",
    "路灯坏了三天没人修",
    "小区门口路灯一直不亮",
    "广场的路灯忽明忽暗",
    "自来水停了一天",
    "家里没有水，自来水公司没人管",
    "水管爆了没人修",
    "自来水浑浊发黄",
    "小区暖气不热",
    "暖气片冰凉，供热公司不来",
    "供暖温度不够十八度",
    "暖气漏水",
]
LABELS = ["城管局"] * 4 + ["自来水公司"] * 4 + ["供热公司"] * 4


def test_it_learns_and_names_the_words_that_decided() -> None:
    model = train(TEXTS, LABELS)
    best = model.suggest("学校门前路灯不亮", "人民路")
    assert best[0].label == "城管局"
    assert any("路灯" in word or word in "路灯不亮" for word in best[0].words)
    assert np.allclose(model.probabilities(["水", ""]).sum(axis=1), 1)


def test_a_unit_never_seen_is_reachable_by_what_it_usually_handles() -> None:
    model = train(TEXTS, LABELS, {"D20": ("民政局",), "D01": ("城管局",)})
    assert model.suggest("想申请低保和五保")[0].label == "D20"


def test_it_is_kept_as_arrays_only(tmp_path: Path) -> None:
    model = train(TEXTS, LABELS)
    path = save(model, tmp_path)
    with np.load(path, allow_pickle=False) as held:
        assert all(held[name].dtype != object for name in held.files)
    kept = load(tmp_path)
    assert kept is not None
    assert np.array_equal(kept.probabilities(TEXTS), model.probabilities(TEXTS))
    assert kept.suggest("暖气不热") == model.suggest("暖气不热")
    assert current(tmp_path) is current(tmp_path)


def test_what_an_earlier_program_kept_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "routing" / "model.npz"
    path.parent.mkdir()
    np.savez(path, terms=np.array(["路灯"]), sharpness=np.array(3.0))
    assert load(tmp_path) is None


def test_pieces_that_touch_are_shown_as_one_word() -> None:
    (best, *_) = train(TEXTS * 5, LABELS * 5).suggest("我家门口路灯不亮")
    assert all(word in "我家门口路灯不亮" for word in best.words)
    assert any("路灯" in word and len(word) > 2 for word in best.words)


def test_labels_never_seen_in_training_count_as_wrong() -> None:
    accuracy, macro, top = evaluate_rows(train(TEXTS, LABELS), [*TEXTS, "飞机晚点"], [*LABELS, "机场"])
    assert accuracy == pytest.approx(12 / 13)
    assert 0 < macro < 1
    assert top == pytest.approx(12 / 13)


def test_two_units_are_enough() -> None:
    model = train(TEXTS[:8], LABELS[:8])
    assert model.suggest("自来水停了")[0].label == "自来水公司"


def test_what_most_names_begin_with_is_no_name() -> None:
    names = ["某市政府劳动局", "某市政府民政局", "某市政府教育局", "某市政府卫生局", "某市图书馆"]
    assert {"劳动", "民政", "教育", "卫生"} <= set(call_names(names))
    assert call_names(["商州区政府", "住建局"]) == ("住建", "商州")
    assert call_names([]) == ()


def test_pieces_are_characters_and_pairs() -> None:
    assert counted("路灯") == {"路": 1, "灯": 1, "路灯": 1, "\n": 2, "\n路": 1, "灯\n": 1}
    features = learn(["路灯路灯", "水"], ["城管局"], 100)
    places, values = features.row("路灯 城管")
    words = values[places < len(features.terms)]
    assert 0.3 < float(words @ words) < 1  # 城, 管 and what joins them are strange to it
    assert len(features.row("")[0]) == 1  # its edges
    _, values = features.row("水")
    assert float(values @ values) == pytest.approx(1, abs=1e-5)


def test_signs_stay_as_they_were_written() -> None:
    assert flat("ＷｉＦｉ　密码？ ") == "wifi 密码？"


def test_chances_are_honest() -> None:
    """Scores whose truth is known: the curve finds how sure to be, and the error of calibration says so."""
    rng = np.random.default_rng(0)
    chances = Curve(4.0, 1.0).chances(scores := rng.normal(-0.5, 0.5, (4000, 5)))
    truth = np.array([rng.choice(5, p=row) for row in chances])
    mute = np.zeros((2000, 5), np.float32)
    halves = [HeldOutTexts(scores[:2000], mute, truth[:2000]), HeldOutTexts(scores[2000:], mute, truth[2000:])]
    found, _ = likeliest(halves)
    shares = found.chances(scores)
    right = shares.argmax(axis=1) == truth
    assert calibration_error(shares.max(axis=1), right) < 0.03
    boasting = Curve(12.0, 1.0).chances(scores)
    assert calibration_error(boasting.max(axis=1), right) > 0.1


def test_what_was_held_back_shows_how_sure_to_be() -> None:
    rng = np.random.default_rng(0)
    said = ["".join(rng.choice(list("路灯水管暖气"), 3)) for _ in range(90)]
    by_chance = train(said, [f"单位{k}" for k in rng.integers(0, 3, 90)])
    assert by_chance.probabilities(said).max(axis=1).mean() < 0.55
    known = train(TEXTS * 5, LABELS * 5)
    assert known.probabilities(TEXTS).max(axis=1).mean() > 0.9


def test_what_bodies_usually_handle() -> None:
    assert "低保" in words_of("县民政局")
    assert "报案三联单" not in words_of("警察局")
    assert words_of("无此单位") == ()
    texts, labels = lessons({"D1": ("民政局", "婚姻登记")})
    assert texts[0] == "民政局"
    assert "婚姻登记" in " ".join(texts)
    assert set(labels) == {"D1"}


def test_tickets_show_whose_a_shared_word_is() -> None:
    """Two units are known for 骨灰; all six tickets with it went to the first. 婚姻登记 stood in none."""
    worth = np.array([[0.6, 0.6, 0.0], [0.0, 0.8, 0.8]], np.float32)
    said = sparse.csr_matrix(np.array([[1, 0]] * 6 + [[0, 0]]))
    spoken_for = weighed_rows(worth, said, np.array([0] * 6 + [2]))
    assert spoken_for[1] == pytest.approx(worth[1])
    assert spoken_for[0, 0] > 0.6 > spoken_for[0, 1] > 0
    assert spoken_for[0, 2] == 0
    assert weighed_rows(worth, said[:0], np.zeros(0, np.intp)) == pytest.approx(worth)


def test_words_of_what_units_handle_speak_for_them() -> None:
    words, worth = spoken({"D1": ("民政局", "婚姻登记"), "D2": ("殡葬管理处",), "D3": ("档案馆",)})
    assert words == tuple(sorted(words))
    married, ashes = words.index("婚姻登记"), words.index("遗体")
    assert worth[married, 0] > 0 == worth[married, 1]
    assert worth[ashes, 1] > 0 == worth[ashes, 0]
    assert worth[:, 2].max() == 0  # a body that nobody knows
    assert worth.max() == pytest.approx(1)
    features = learn(["骨灰"], [], 100, words)
    places, values = features.row("骨灰和婚姻登记")
    heard = {features.piece(int(p)): float(v) for p, v in zip(places, values, strict=True) if p >= features.learnt}
    assert set(heard) >= {"骨灰", "婚姻登记"}
    assert list(heard.values()) == pytest.approx([len(heard) ** -0.7] * len(heard))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("text,unit\na,b\n", "columns text and department"),
        ("text,department\na,b\n,c\nd,\n", "line 3: text is empty; line 4: department is empty"),
        ("text,department\n", "no rows"),
    ],
)
async def test_a_bad_file_is_named_by_line(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(CommandError, match=said):
        await labelled(path)


def test_a_suggestion_is_fast() -> None:
    rng = np.random.default_rng(0)
    letters = [chr(0x4E00 + i) for i in range(3000)]
    texts = ["".join(rng.choice(letters, 60)) for _ in range(1500)]
    model = train(texts, [f"单位{i % 75}" for i in range(1500)])
    model.suggest(texts[0])
    begun = time.thread_time()
    for text in texts[:100]:
        model.suggest(text)
    assert (time.thread_time() - begun) / 100 < 0.005


DATA = Path(os.environ.get("SHARED", "../shared")) / "data" / "routing"


@pytest.mark.prove
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("file", "accuracy", "macro", "top", "ece"),
    [("shangluo_train.csv", 0.70, 0.58, 0.90, 0.09), ("taipei_75_train.csv", 0.825, 0.815, 0.915, 0.045)],
)
async def test_accuracy_by_cross_validation(file: str, accuracy: float, macro: float, top: float, ece: float) -> None:
    texts, labels = await labelled(DATA / file)
    score = once(texts, labels, seed=0)
    assert score.accuracy >= accuracy
    assert score.macro_f1 >= macro
    assert score.top3 >= top
    assert abs(score.confidence - score.accuracy) < 0.04  # the chances are honest
    assert score.ece < ece


@pytest.mark.prove
@pytest.mark.timeout(600)
async def test_training_on_100_000_tickets() -> None:
    texts, labels = await labelled(DATA / "taipei_75_train.csv")
    rng = np.random.default_rng(1)
    chosen = rng.integers(0, len(texts), (20_000 if SHORT else 100_000, 2))
    many = [texts[a] + texts[b][:20] for a, b in chosen]
    begun = time.thread_time()  # others may be busy beside it
    model = train(many, [labels[a] for a, _ in chosen])
    assert time.thread_time() - begun < 120
    assert evaluate_rows(model, texts, labels)[0] > 0.9
