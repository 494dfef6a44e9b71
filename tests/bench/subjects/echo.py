"""The floor: a widget that does nothing but send a click to the kernel and show what comes back."""

from typing import Any

import anywidget
from ipywidgets import Button, VBox

SCRIPT = """
function render({ model, el }) {
  const button = document.createElement("button");
  button.className = "bench-echo";
  button.textContent = "0";
  button.onclick = () => model.send({ click: true });
  model.on("msg:custom", (message) => (button.textContent = message.count));
  el.append(button);
}
export default { render };
"""


class Echo(anywidget.AnyWidget):
    """A button that shows how many clicks the kernel has counted."""

    _esm = SCRIPT

    def __init__(self) -> None:
        super().__init__()
        self._count = 0
        self.on_msg(self._heard)

    def _heard(self, _widget: object, _message: dict[str, Any], _buffers: object) -> None:
        self._count += 1
        self.send({"count": self._count})


def show(_kind: str, _n: int) -> VBox:
    return VBox([Echo(), Button(description="mend")])
