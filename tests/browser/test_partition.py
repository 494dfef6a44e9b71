"""The widgets on partitions in a real browser: cut while it runs, read the badges, heal, ask for the report."""

from conftest import Open
from playwright.sync_api import expect


def test_cut_read_the_badges_heal_and_report(open_notebook: Open) -> None:
    notebook = open_notebook('from labkit.views import PartitionLab\nlab = PartitionLab("raft", seed=1)\nlab')
    stage, page = notebook.stage(), notebook.page

    def press(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_timeout(400)

    sides = stage.locator("[data-panel=sides]")
    expect(sides).to_contain_text("can decide; leader")
    press("Let it happen")
    expect(sides).to_contain_text("blocked")
    press("Run 500")
    press("Run 500")
    expect(sides).to_contain_text("lacks")
    press("Report")
    expect(stage.locator("[data-panel=status]")).to_contain_text("Heal all")
    press("Heal all")
    for _ in range(3):
        press("Run 500")
    expect(sides).not_to_contain_text("lacks")
    expect(sides.locator(".day13-badge")).to_have_count(1)
    press("Report")
    expect(stage.locator("[data-panel=status]")).to_contain_text("recovered after")
    assert notebook.run_more("print(lab.report.lost)").strip() == "()"
    assert notebook.errors == []


def test_a_detector_is_tuned_and_two_replicas_merge(open_notebook: Open) -> None:
    notebook = open_notebook("from labkit.views import DetectorTuner, MergeBench\ntuner = DetectorTuner()\ntuner",
                             "bench = MergeBench()\nbench")
    notebook.stage()
    page = notebook.page
    before = notebook.run_more("print(tuner.quality.mistakes)")
    loss = page.get_by_role("slider").nth(1)
    loss.focus()
    for _ in range(5):
        loss.press("ArrowRight")
        page.wait_for_timeout(300)
    assert int(notebook.run_more("print(tuner.quality.mistakes)")) > int(before)
    page.get_by_role("button", name="Merge", exact=True).click()
    assert notebook.errors == []
