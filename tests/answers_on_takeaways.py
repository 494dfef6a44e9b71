"""The answers to the questions on takeaways, worked out of watched runs."""

from answers import answers
from labkit.engine import Simulator
from labkit.observe import COMPLETION, watch, work_of
from labkit.protocols import TaskQueue
from labkit.scenario import parse

Found = tuple[str, dict[str, object]]
DAY = "topology mesh 6\nprotocol task queue\nseed {}\n" + "".join(
    f"at {time} {verb} {agent}\n" for time, verb in ((1_000, "crash"), (2_000, "restart")) for agent in "cd"
) + "".join(f"at {25 * number} request a mail {number}\n" for number in range(1, 141))
PAUSED = "topology mesh 6\nprotocol {}\nseed 1\nat 500 pause c 300\n" + "".join(
    f"at {40 * number} request a mail {number}\n" for number in range(1, 31))


class WithoutKey(TaskQueue):
    def is_known(self, key: int) -> bool:
        return False


def waits(seed: int) -> list[float]:
    """The mean time to an answer in the first, the second and the third 1,000 units."""
    samples = watch(parse(DAY.format(seed)).play()).samples(COMPLETION)
    spans = [[one.value for one in samples if begin < one.time <= begin + 1_000] for begin in (0, 1_000, 2_000)]
    return [sum(span) / len(span) for span in spans]


@answers("waits")
def after_the_repair() -> Found:
    means = [waits(seed) for seed in range(1, 5)]
    later = all(before < down < after for before, down, after in means)
    answer = ("those answered in the 1,000 units after they are back" if later
              else "those answered while two workers are down")
    return answer, {"80 units before the crash, 211 while two are down, 275 afterwards": [
        round(one) for one in means[0]] == [80, 211, 275]}


def paused(protocol: str) -> Simulator:
    return parse(PAUSED.format(protocol)).play({"WithoutKey": WithoutKey})


@answers("sent twice")
def no_metric() -> Found:
    forgets, keeps = paused("WithoutKey"), paused("task queue")
    same = watch(forgets).get_metrics_summary() == watch(keeps).get_metrics_summary()
    effects = [[task.effects for task in work_of(sim.present)] for sim in (forgets, keeps)]
    return "none of the five" if same else "the communication overhead", {
        "two of 30 mails": (len(effects[0]), effects[0].count(2)) == (30, 2),
        "every mail was answered with a yes": all(reply.ok for reply in forgets.system.replies)
        and set(effects[1]) == {1}}
