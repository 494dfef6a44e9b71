"""The explorer's picture: the network, what a click on it will do, what waits for a prediction, and the news."""

from labkit.network import Groups, Network
from labkit.views.stage import NetworkPanel, link_numbers, network_panel
from labkit.views.topology.controls import BACK, BOTH, THERE
from labkit.views.topology.news import News

Change = tuple[str, Network]  # in words, and the network after it

_SIGNS = {BOTH: "–", THERE: "→", BACK: "←"}


def explorer_picture(
    network: Network, groups: Groups, news: News, pending: Change | None, ways: str
) -> NetworkPanel:
    """The network as it is; what the pending change would turn is marked. ways: as the menu says."""
    picture = network_panel(network, groups, news.rounds)
    later = pending[1] if pending else network
    turned = network.crashed ^ later.crashed
    return {
        **picture,
        "acts": [f"{'restart' if name in network.crashed else 'crash'} {name}" for name in picture["name"]],
        "ways": _SIGNS[ways],
        "faint": link_numbers(network, news.repeats),
        "marked": link_numbers(network, network.cut ^ later.cut),
        "note": ["?" if name in turned else note for name, note in zip(picture["name"], picture["note"], strict=True)],
    }


def question(pending: Change | None) -> str:
    """What is to be predicted; empty where nothing waits."""
    if pending is None:
        return ""
    ask = f"how many partitions will there be after “{pending[0]}”?"
    return f"Predict first: {ask} Write the number into Partitions, then press Show."
