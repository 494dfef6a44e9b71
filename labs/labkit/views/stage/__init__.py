"""The widget that draws, and what all widgets share."""

from labkit.views.stage.guarded import Controls, Guarded, bar, offer
from labkit.views.stage.installation import preflight
from labkit.views.stage.network_scene import (
    Rounds,
    badges_panel,
    legend_panel,
    link_numbers,
    network_panel,
    network_sentence,
    percent,
    state_panel,
)
from labkit.views.stage.palette import BLACK, DEAD, INK, LINE, WHITE, Look, partition_letter, partition_look
from labkit.views.stage.panels import (
    BARE,
    FROM_ZERO,
    BadgesPanel,
    ChartPanel,
    NetworkPanel,
    Panel,
    Scene,
    SpacetimePanel,
    TablePanel,
    TextPanel,
    chart_panel,
    clock_panel,
    literal,
    table_panel,
    text_panel,
)
from labkit.views.stage.presenting import Cues, present
from labkit.views.stage.stage import Stage
