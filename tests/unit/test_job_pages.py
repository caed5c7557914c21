"""Every job of the example has a page that tells its idea."""

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_job_has_a_page_and_each_page_a_job():
    jobs = {path.stem for path in (ROOT / "flink_sql" / "jobs").glob("*.sql")}
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "jobs").glob("*.md")}
    assert pages.keys() == jobs
    # A page of several jobs that share one idea names the first of them first; the others point to it.
    assert [name for name, text in pages.items() if not text.partition("\n")[0].startswith(f"# {name}")] == []
