"""The widgets on partitions in a real browser: cut while it runs, read the badges, heal, ask for the report."""

import json
import re
from random import Random

import pytest
from lab import Open, eventually
from labkit.views.stage.palette import DEAD, partition_look
from picture import Picture
from playwright.sync_api import expect


def test_cut_read_the_badges_heal_and_report(open_notebook: Open) -> None:
    notebook = open_notebook('from labkit.views import PartitionLab\nlab = PartitionLab("raft", seed=1)\nlab')
    stage, page = notebook.stage(), notebook.page

    def press(name: str) -> None:
        page.get_by_role("button", name=name, exact=True).click()

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


@pytest.mark.long
def test_nothing_moves_when_something_is_clicked_and_all_fits_one_screen(open_notebook: Open) -> None:
    notebook = open_notebook('from labkit.views import PartitionLab\nlab = PartitionLab("raft", seed=1)\nlab')
    stage, page = notebook.stage(), notebook.page
    page.set_viewport_size({"width": 1280, "height": 800})
    boxes = page.locator(".day13-player > .day13-controls, .day13-player [data-panel]")

    def places() -> list[int]:
        top = page.locator(".day13-player").bounding_box()
        assert top is not None and top["height"] <= 644, "there is room for the cell above it, too"
        return [round(box["y"] - top["y"]) for box in (box.bounding_box() for box in boxes.all()) if box]

    before = places()
    for name in ("Let it happen", "Run 500", "Report", "Play", "Pause", "Heal all", "Restart all", "Run 500", "Report"):
        page.get_by_role("button", name=name, exact=True).click()
        notebook.settled("print(lab.status)")
        assert places() == before, f"{name} has moved something"
    expect(stage.locator("[data-panel=status]")).to_contain_text("so the numbers there are others")
    page.set_viewport_size({"width": 1280, "height": 1100})


def test_a_detector_is_tuned_and_two_replicas_merge(open_notebook: Open) -> None:
    notebook = open_notebook("from labkit.views import DetectorTuner, MergeBench\ntuner = DetectorTuner()\ntuner",
                             "bench = MergeBench()\nbench")
    notebook.stage()
    page = notebook.page
    before = notebook.run_more("print(tuner.quality.mistakes)")
    loss = page.get_by_role("slider").nth(1)
    loss.focus()
    loss.press("End")
    assert float(notebook.settled("print(tuner.quality.mistakes)")) > float(before)
    page.get_by_role("button", name="Merge", exact=True).click()
    assert notebook.errors == []


@pytest.mark.parametrize("clicks", [15, pytest.param(200, marks=pytest.mark.long)])
def test_after_many_random_faults_by_click_picture_and_model_agree(open_notebook: Open, clicks: int) -> None:
    """Clicks on agents and links; one that hits a message on its way drops it, which is a fault too."""
    notebook = open_notebook('from labkit.views import PartitionLab\nlab = PartitionLab("check quorum", seed=2)\nlab')
    stage, page = notebook.stage(), notebook.page
    lab, random = Picture(page, stage), Random(4)
    pairs = [(i, j) for i in range(5) for j in range(i + 1, 5)]
    stage.scroll_into_view_if_needed()
    places = lab.places()
    for done in range(1, clicks + 1):
        if random.random() < 0.35:
            x, y = places[random.randrange(5)]
        else:
            (ax, ay), (bx, by) = (places[i] for i in pairs[random.randrange(len(pairs))])
            x, y = ax + 0.28 * (bx - ax), ay + 0.28 * (by - ay)
        page.mouse.click(x, y)
        if done % 10 == 0:
            page.get_by_role("button", name="Run 100", exact=True).click()
            places = lab.places()
    said = notebook.settled(
        "import json\nnow = lab.moment.system\nfaults = sum(done.order == 0 for done in lab.sim.trace)\n"
        "print(json.dumps([now.network.partitions(), sorted(now.down), faults]))"
    )
    groups, down, faults = json.loads(said)
    assert faults >= 0.75 * clicks
    wanted = [next((partition_look(k).fill for k, group in enumerate(groups) if name in group), DEAD.fill)
              for name in "abcde"]
    eventually(lambda: lab.fills() == wanted, f"the fills are {wanted}", page)
    assert {name for name, fill in zip("abcde", lab.fills(), strict=True) if fill == DEAD.fill} == set(down)
    assert stage.locator("[data-panel=sides] .day13-badge").count() == len(groups)
    assert notebook.errors == []


def test_a_fault_is_predicted_tried_and_explained(open_notebook: Open) -> None:
    notebook = open_notebook("from labkit.views import FaultGallery\nshown = FaultGallery('halves')\nshown")
    page = notebook.page
    page.get_by_label("one", exact=True).check()
    page.get_by_role("button", name="Record my prediction").click()
    page.get_by_role("button", name="Let it happen to all").click()
    expect(page.locator("[data-panel=table]").last).to_contain_text("LastWriterReplica")
    expect(page.locator("[data-panel=bars] .barlayer").locator("path").first).to_be_visible()
    assert page.locator("[data-panel=bars] .barlayer path").count() >= 8
    page.get_by_role("button", name="Explain").click()
    page.get_by_text("As you predicted").wait_for()
    fault = Picture(page, page.locator(".day13-stage").first).control("Fault")
    fault.select_option("flapping")
    page.get_by_text("fail and come back, four times").wait_for()
    fault.select_option("halves")
    page.get_by_text("As you predicted").wait_for()
    assert notebook.run_more("print(shown.prediction.predicted, len(shown.reports))").strip() == "one 4"
    page.get_by_role("button", name="All faults").click()
    page.get_by_text(re.compile(r"\d+ of 44 runs are made")).wait_for()
    expect(page.locator("[data-panel=faults] tr")).to_have_count(45)
    fault.select_option("flapping")
    page.get_by_text("fail and come back, four times").wait_for()
    assert notebook.errors == []
