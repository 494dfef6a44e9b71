"""What would give away the answer to each question of the lessons: a pattern that its answer and reason contain."""

TELLS = {
    # 01
    "star, hub crashes": r"seven partitions|7 partitions|is alone",
    "mesh, broadcast": r"\b49\b|\b42\b",
    "ring, second cut": r"two never are|two partitions, whichever|is a bridge",
    "tree, cut at the root": r"\b47 ?%|\b49 pairs",
    "hybrid, a hub crashes": r"\b4\b partitions|four partitions|the fourth",
    "thinking agents": r"ring of 20|10 hops|pipeline",
    "bridge": r"[Ss]till one partition|One link is enough|no alarm",
    "ring of majorities": r"no leader is heard|heard by all|different majority|silent to",
    # 02
    "two yes": r"\bsix votes\b|3 \+ 3 = 6",
    "half is enough": r"[Hh]alf is not enough|half is enough\* is wrong|two winners\.",
    "majority of those I reach": r"minority never|[Oo]nly c, d and e|only the three",
    "two are down": r"two may be gone|can decide if all of them",
    "split vote": r"[Tt]wo and two|nothing is ever decided|nothing ever will|Nobody can say which",
    "coordinator crashes": r"nothing but wait|[Ww]ait for ever|blocked|blocks for|They wait",
    "lost gossip": r"and they are wrong|meet at another number",
    # 02b
    "late rival": r"proposes red|reports red|reports \*red\*|Its client is told",
    "by luck": r"200 green|hundred green|rare and deadly|never",
    "two leaders": r"in different terms|[Tt]wo leaders at the same time|No term has two leaders",
    "asked the wrong leader": r"never acknowledged|never answers|logs? replaces",
    "one liar of three": r"four for one|more than 3m|which\?|two honest ones",
    # 03
    "order of the agents": r"depends on (who|which)|Only the list has changed",
    "patience": r"no point is both|more false alarms",
    "all hear a majority": r"leaders? after|leader follows|abandon the leader|again and again\.",
    "half is a quorum": r"[Ss]plit ?[Bb]rain|Both badges|both sides decide, and",
    "no answer": r"committed after all|same silence in both|sometimes",
    "two of three": r"at once, and compare|risk a conflict|pick two|[Tt]here is no third",
    "last write": r"thrown? (half|one)|dropped, although|throws one",
    "healed": r"at the moment of the heal|[Hh]ealed is not recovered|not yet a recovered",
    "overload": r"does? not grow while|another leader within",
    "late write": r"still be under way|on top of d's write|nobody can recall|arrives last, but",
    # 04
    "no message between": r"[Nn]obody can say|none of them can say|concurrent",
    "clock ahead": r"\b180\b|keep red|[Bb]lue is lost|lost update",
    "bully, cut": r"[Tt]wo agents lead|[Tt]wo leaders|if two agents|c leads there",
    "names on a ring": r"\b54\b|\b68\b|1/2",
    "one of five is down": r"for ever|stops all|waits? for the last",
    "slow worker": r"sent twice|[Tt]hen both|do it twice|doubled",
    "acknowledged first": r"at most once|crossed it off|never done",
    "lossy tree": r"whole branch|about half|nothing to spare",
    # 05
    "retry storm": r"not by 5,000|keeps itself up|comes? too late",
    "what ends it": r"callers that do not retry|all the same|grows again",
    "exactly once": r"none of the two|pays twice|a memory of what was done",
    "two and one": r"the third|[Ff]our events",
    "short queue": r"about 100 units after|80 units",
    "poison": r"stopped, too|stops all",
    "undo": r"[Ll]ast one first|stays until nothing",
    "keys that move": r"about 9,100|same remainder|0\.9\d",
    # 06
    "waits": r"\b275\b|piled up|[Hh]ealed is not recovered",
    "sent twice": r"none of the five|last digit|[Cc]ount the effects",
    # 07
    "a minority returns": r"\bdeposed?s?\b|steps down|later term",
    "timed out": r"is not a no|goes on leading|it depends|no answer came",
    "read in the minority": r"stale read|old value|may be old",
    "the holder is cut off": r"three seconds since|gives? up|runs out",
}
