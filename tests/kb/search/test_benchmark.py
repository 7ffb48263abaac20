"""The benchmark: what it prints, and that its figures are right where they can be counted by hand."""

import gzip
import json
from pathlib import Path

import pytest

from tests.bench import cases, figures, search
from tests.bench.cases import Asked

PARTS = (
    "主轴", "冷却泵", "刀库", "导轨", "丝杠", "液压站", "排屑机", "润滑泵", "编码器", "伺服驱动",
    "操作面板", "光栅尺", "换刀臂", "防护门", "电柜风扇", "气源", "尾座", "卡盘", "转台", "变频器",
)  # fmt: skip


def test_the_figures_of_known_ranks() -> None:
    answers = [
        (Asked("q1", "code", "a", frozenset({"1"})), ["1", "2"]),
        (Asked("q2", "code", "b", frozenset({"2", "3"})), ["9", "3"]),
        (Asked("q3", "para", "c", frozenset({"4"})), ["9", "8", "7", "4"]),
        (Asked("q4", "para", "d", frozenset({"5"})), []),
        (Asked("q5", "none", "e", frozenset()), []),
    ]
    found = figures.ranking(answers)
    assert found["all"] == {
        "queries": 5, "first": 0.25, "recall_10": 0.625, "mrr": pytest.approx((1 + 0.5 + 0.25) / 4), "zero_results": 2
    }  # fmt: skip
    assert found["code"] == {"queries": 2, "first": 0.5, "recall_10": 0.75, "mrr": 0.75, "zero_results": 0}
    assert found["none"]["queries"] == 1


def test_recall_counts_what_fits_among_the_first_ten() -> None:
    many = frozenset(str(number) for number in range(40))
    asked = Asked("q", "char", "盘", many)
    assert figures.recall(asked, [str(number) for number in range(10)]) == 1
    assert figures.recall(asked, ["0", *("x" * 12), "1"]) == pytest.approx(0.1)
    assert figures.reciprocal_rank(asked, [*("x" * 10), "1"]) == 0


def test_percentiles_are_times_that_were_measured() -> None:
    assert figures.speed([float(number) for number in range(100, 0, -1)]) == {
        "p50_ms": 50, "p95_ms": 95, "p99_ms": 99
    }  # fmt: skip
    assert figures.speed([2.0]) == {"p50_ms": 2, "p95_ms": 2, "p99_ms": 2}


def test_documents_may_lack_fields_come_twice_and_be_packed(tmp_path: Path) -> None:
    rows = [{"id": 1, "title": "旧"}, {"id": 2, "headings": "一个", "body": None}, {"id": 1, "title": "新"}]
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(gzip.compress("\n\n".join(map(json.dumps, rows)).encode()))
    first, second = cases.documents(path)
    assert (first.key, first.title) == ("1", "新")
    assert (second.headings, second.body) == ("一个", "")


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"id": "1"}\n{"id"', encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        cases.documents(path)


def test_synonyms_are_read_in_both_spellings(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.txt"
    path.write_text(
        '# a remark\n开不了机 = 无法启动\n["换刀臂", "机械手"]\n{"words": ["异响", "噪音"]}\n\n', encoding="utf-8"
    )
    assert cases.synonyms(path).synonyms == (("开不了机", "无法启动"), ("换刀臂", "机械手"), ("异响", "噪音"))


def test_the_command_measures_ours_and_says_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus, queries = tmp_path / "corpus.jsonl", tmp_path / "queries.jsonl"
    documents = [
        {"id": f"d{at}", "title": f"ALM-{2000 + at} {part}异常", "headings": ["处理"], "body": f"检查{part}。"}
        for at, part in enumerate(PARTS)
    ]
    asked = [
        {"qid": "1", "kind": "code", "q": "ALM-2003", "rel": ["d3"]},
        {"qid": "2", "kind": "title", "q": "冷却泵异常", "rel": ["d1"]},
        {"qid": "3", "kind": "title", "q": "冷却泵异常", "rel": ["d2"]},
        {"qid": "4", "kind": "none", "q": "qqqq", "rel": ["d1"]},
    ]
    corpus.write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    queries.write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    command = ["--corpus", str(corpus), "--queries", str(queries), "--peers", "tantivy", "--json"]
    assert search.main(command) == 0
    result = json.loads(capsys.readouterr().out)
    ours = result["ours"]
    assert (result["documents"], result["queries"]) == (20, 4)
    assert {"skipped"} == result["peers"]["tantivy"].keys() or result["peers"]["tantivy"].keys() == ours.keys()
    assert ours["ranking"]["code"]["first"] == 1
    assert ours["ranking"]["title"]["first"] == 0.5
    assert ours["ranking"]["all"]["zero_results"] == 1
    assert min(ours["build_seconds"], ours["documents_per_second"], ours["index_mb"], ours["warm"]["p50_ms"]) > 0
    assert ours["cold"].keys() == ours["warm"].keys() == {"p50_ms", "p95_ms", "p99_ms"}
    assert "ours" in "\n".join(search.table(result))


def test_a_peer_that_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        search.main(["--peers", "whoosh,altavista"])
    assert "altavista" in capsys.readouterr().err


def test_a_corpus_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert search.main(["--corpus", str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl" in capsys.readouterr().err
