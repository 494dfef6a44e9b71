"""Answers to exercise 4, right and wrong: each is the text of a cell; a wrong one with words of the reason."""

from answers_to_topology import Tried

BY_HAND = {
    "a lost acknowledgement": Tried(
        right=('mails = dict(zip(("no memory of keys", "a memory of keys", "acknowledged first"), (2, 1, 0)))',),
        wrong={
            'mails = {"no memory of keys": 1, "a memory of keys": 1, "acknowledged first": 0}':
                "“no memory of keys” the number of mails is not 1: press “Show it” and count in the run",
            'mails = {"no memory of keys": 2, "a memory of keys": 2, "acknowledged first": 0}':
                "“a memory of keys” the number of mails is not 2",
            'mails = {"no memory of keys": 2, "a memory of keys": 1, "acknowledged first": 1}':
                "“acknowledged first” the number of mails is not 1",
            'mails = {"no memory of keys": 2, "a memory of keys": 0, "acknowledged first": 0}':
                "“a memory of keys” the number of mails is not 0",
            'mails = {"no memory of keys": 3, "a memory of keys": 1, "acknowledged first": 0}':
                "“no memory of keys” the number of mails is not 3",
            'mails = {"no memory of keys": "twice", "a memory of keys": 1, "acknowledged first": 0}':
                "not a whole number",
            'mails = 2': "one number for each",
        },
    ),
    "the price of a turn": Tried(
        right=('messages = {"once, while clerk is down": 7 + 6, "one agent, once": 2 * 7, '
               '"all eight, once each": 8 * 2 * 7}',),
        wrong={
            'messages = {"one agent, once": 16, "all eight, once each": 128, "once, while clerk is down": 14}':
                "“one agent, once” fewer than 16 messages are sent: press “Show it” and count",
            'messages = {"one agent, once": 7, "all eight, once each": 56, "once, while clerk is down": 6}':
                "“one agent, once” more than 7",
            'messages = {"one agent, once": 14, "all eight, once each": 56, "once, while clerk is down": 13}':
                "“all eight, once each” more than 56",
            'messages = {"one agent, once": 14, "all eight, once each": 112, "once, while clerk is down": 12}':
                "“once, while clerk is down” more than 12",
            'messages = {"one agent, once": 14, "all eight, once each": 112, "once, while clerk is down": 14}':
                "“once, while clerk is down” fewer than 14",
            'messages = {"one agent, once": 14, "all eight, once each": 112, "once, while clerk is down": 0}':
                "more than 0",
            'messages = [14, 112, 13]': "one number for each",
        },
    ),
    "may it be repeated": Tried(
        right=("""
names = ["set the status to reviewed", "add the label urgent", "count one more review",
         "raise the version to 7 if it is lower", "mail the customer"]
copies = dict(zip(names, "at once,always,never,always,never".split(",")))
""", """
names = ["set the status to reviewed", "add the label urgent", "count one more review",
         "raise the version to 7 if it is lower", "mail the customer"]
copies = dict(zip(names, ["At once.", "Always", "(never)", "ALWAYS", "never."]))
""",),
        wrong={
            f"""
names = ["set the status to reviewed", "add the label urgent", "count one more review",
         "raise the version to 7 if it is lower", "mail the customer"]
copies = dict(zip(names, {chosen!r}))
""": words for chosen, words in (
                (("always", "always", "never", "always", "never"), "the status is reviewed again"),
                (("never", "always", "never", "always", "never"), "after the copy it is the same"),
                (("at once", "at once", "never", "always", "never"), "the labels are legal and urgent"),
                (("at once", "always", "always", "always", "never"), "after the copy the count is 2"),
                (("at once", "always", "at once", "always", "never"), "after the copy the count is 2"),
                (("at once", "always", "never", "at once", "never"), "the version is 9"),
                (("at once", "always", "never", "never", "never"), "the version is 7, and after the copy"),
                (("at once", "always", "never", "always", "at once"), "customer and customer got a mail"),
                (("yes", "yes", "no", "yes", "no"), "is “yes”, which is none of these: “always”"),
            )
        } | {"copies = 'always'": "one word for each"},
    ),
}

BY_RULE = {
    "may write": Tried(
        right=("may_write = lambda token, highest_seen: not token < highest_seen",
               """
def may_write(token, highest_seen):
    if token == highest_seen:
        return True
    return max(token, highest_seen) == token
"""),
        wrong={
            "def may_write(token, highest_seen):\n    return True": "token 1 is taken after token 2",
            "def may_write(token, highest_seen):\n    return token > highest_seen": "may write several times",
            "def may_write(token, highest_seen):\n    return token == highest_seen": "new holder could not write",
            "def may_write(token, highest_seen):\n    return token <= highest_seen": "new holder could not write",
            "def may_write(token, highest_seen):\n    return token != highest_seen": "may write several times",
            "def may_write(token, highest_seen):\n    return token >= highest_seen - 1":
                "token 1 is taken after token 2",
            "def may_write(token, highest_seen):\n    return token == highest_seen + 1": "token 2 is refused",
            "def may_write(token, highest_seen):\n    if token >= highest_seen:\n        return True":
                "is a return missing",
            "def may_write(token, highest_seen):\n    token >= highest_seen": "is a return missing",
            "def may_write(token, highest_seen):\n    return str(token) >= str(highest_seen)":
                "token 10 is refused, though the highest so far is 2",
        },
    ),
    "one order for all": Tried(
        right=("""
def in_order(notes):
    found = []
    for note in notes:
        place = 0
        while place < len(found) and (found[place][2], found[place][0]) < (note[2], note[0]):
            place += 1
        found.insert(place, note)
    return found
""", """
def in_order(notes):
    return sorted(notes, key=lambda note: (note[2], note[1], note[0]))
""", """
def in_order(notes):
    return tuple(sorted(sorted(notes, reverse=True), key=lambda note: note[2]))
""", """
PLACES = {"planner": 0, "coder": 1, "tester": 2, "writer": 3, "reviewer": 4, "searcher": 5, "mailer": 6, "clerk": 7}

def in_order(notes):
    return sorted(notes, key=lambda note: (note[2], PLACES[note[0]]))
""", """
def in_order(notes):
    names = sorted({note[0] for note in notes})
    return sorted(set(notes), key=lambda note: (note[2], names.index(note[0])))
"""),
        wrong={
            "def in_order(notes):\n    return sorted(notes, key=lambda note: note[1])": "must not come after it",
            "def in_order(notes):\n    return sorted(notes, key=lambda note: note[2])": "all must come to one order",
            "def in_order(notes):\n    return sorted(notes, key=lambda n: (n[2], n[1]))": "all must come to one order",
            "def in_order(notes):\n    return sorted(notes, key=lambda n: (n[2], n[3]))": "all must come to one order",
            "def in_order(notes):\n    return sorted(notes, key=lambda n: (n[2], n[1], n[3]))": "all must come to one",
            "def in_order(notes):\n    return sorted(set(notes), key=lambda n: n[2])": "in another process",
            "def in_order(notes):\n    return sorted(set(notes), key=lambda n: (n[2], hash(n[0])))": "another process",
            "def in_order(notes):\n    return sorted(notes, key=lambda n: (n[2], hash(n)))": "in another process",
            "def in_order(notes):\n    return sorted(notes)": "must not come after it",
            "def in_order(notes):\n    return list(notes)": "must not come after it",
            "def in_order(notes):\n    return sorted(notes, key=lambda note: (note[0], note[2]))":
                "must not come after it",
            "def in_order(notes):\n    return [note[3] for note in sorted(notes, key=lambda note: note[2])]":
                "as it was given",
            "def in_order(notes):\n    return sorted(notes, key=lambda note: (str(note[2]), note[0]))":
                "must not come after it",
            """
def in_order(notes):
    by_clock = {note[2]: note for note in notes}
    return [by_clock[clock] for clock in sorted(by_clock)]
""":
                "each note must be there once",
            "def in_order(notes):\n    notes.sort(key=lambda note: note[2])\n    return notes": "stops with an error",
        },
    ),
}


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The text with each of these passages replaced; each must be there."""
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


MAILER = """
@dataclass
class Mailer(Postbox):
    done: tuple = ()
    durable = ("outbox", "done")

    def receive(self, worker, order):
        if order.key not in self.done:
            self.done += (order.key,)
            self.mail(order.what)
        return Send(worker, Executed(order.key))
"""

BOARD = """
@dataclass
class Board(Agent):
    tasks: tuple = ()
    done: tuple = ()
    out: tuple = ()
    durable = ("tasks", "done", "out")

    def start(self):
        return self.hand_out(*[key for key in range(len(self.tasks)) if key not in self.done])

    def request(self, what):
        self.tasks += (what,)
        return self.hand_out(len(self.tasks) - 1)

    def hand_out(self, *keys):
        for key in keys:
            self.out += (key,)
            attempt = self.out.count(key)
            yield Send(self.peers[(key + attempt) % len(self.peers)], Task(key, self.tasks[key], attempt))
            yield SetTimer(f"lease of {key}", (150, 150))

    def receive(self, worker, ack):
        if ack.key not in self.done:
            self.done += (ack.key,)
            yield CancelTimer(f"lease of {ack.key}")
            yield Reply(self.tasks[ack.key], "done")

    def timeout(self, timer):
        return self.hand_out(int(timer.split()[-1]))
"""
A_TIMER_AN_ATTEMPT = """
@dataclass
class Board(Agent):
    clients: tuple = ()  # (key, what)
    done: frozenset = frozenset()

    def request(self, what):
        self.clients += ((f"task {len(self.clients)}", what),)
        return self.timeout(f"task {len(self.clients) - 1}/0")

    def timeout(self, timer):
        key, attempt = timer.split("/")
        if key in self.done:
            return None
        attempt = int(attempt) + 1
        worker = self.peers[attempt % len(self.peers)]
        return SetTimer(f"{key}/{attempt}", (150, 150)), Send(worker, Task(key, dict(self.clients)[key], attempt))

    def receive(self, worker, ack):
        if ack.key in self.done:
            return None
        self.done |= {ack.key}
        return Reply(dict(self.clients)[ack.key], "done")
"""

LAST_HOLDERS = """
@dataclass
class Board(Agent):
    tasks: tuple = ()
    holders: tuple = ()  # of each task: all workers that had it, the last one first
    done: tuple = ()

    def request(self, what):
        self.tasks, self.holders = (*self.tasks, what), (*self.holders, ())
        yield from self.give(len(self.tasks) - 1)

    def give(self, key):
        had = self.holders[key]
        others = [peer for peer in reversed(self.peers) if peer not in had[:1]]
        now = (others[0], *had)
        self.holders = tuple(now if place == key else other for place, other in enumerate(self.holders))
        yield SetTimer(str(key), (150, 150))
        yield Send(others[0], Task(key, self.tasks[key], len(now)))

    def receive(self, worker, ack):
        yield CancelTimer(str(ack.key))
        if ack.key not in self.done:
            yield Reply(self.tasks[ack.key], "done")
            self.done = (*self.done, ack.key)

    def timeout(self, timer):
        yield from self.give(int(timer))
"""
NEVER_TOLD = "no client has been told after 1,500 units"

BY_AGENTS = {
    "mailer": Tried(
        right=(changed(MAILER, ("""        if order.key not in self.done:
            self.done += (order.key,)
            self.mail(order.what)
        return Send(worker, Executed(order.key))""", """        answer = [Send(worker, Executed(order.key))]
        if order.key in self.done:
            return answer
        self.mail(order.what)
        self.done = (*self.done, order.key)
        return answer""")), """
@dataclass
class Mailer(Postbox):
    keys: frozenset = frozenset()
    durable = ("keys",)

    def receive(self, worker, order):
        for new in {order.key} - self.keys:
            self.mail(order.what)
            self.keys |= {new}
        yield Send(worker, Executed(order.key))
"""),
        wrong={
            changed(MAILER, ("        if order.key not in self.done:\n", "        if True:\n")):
                "“mail” was handed in once, and it was mailed twice",
            changed(MAILER, ('("outbox", "done")', '("outbox",)')):
                "and restart of mailer, “mail” was handed in once, and it was mailed twice",
            changed(MAILER, ('("outbox", "done")', '()')): "a crash and restart of mailer, “mail” was handed in",
            changed(MAILER, ("self.done += (order.key,)", "self.done = (*self.done[-1:], order.key)")):
                "a worker pauses for 800 units with “mail” in hand",
            changed(MAILER, ("self.done += (order.key,)", "self.done = (*self.done, order.key)[-4:]")):
                "a worker pauses for 800 units with “mail” in hand",
            changed(MAILER, ("order.key not in", "order.what not in"), ("(order.key,)", "(order.what,)")):
                "fails, “mail” was handed in twice and mailed once, though both clients were told that it is done",
            changed(MAILER, ("        return Send", "            return Send")): NEVER_TOLD,
            changed(MAILER, ('("outbox", "done")', '("done")')): "durable is no tuple of names",
            changed(MAILER, ("            self.mail(order.what)\n", "")): "was never mailed",
            changed(MAILER, ("self.done += (order.key,)", "self.done = order.key"),
                    ("not in self.done", "!= self.done")):
                "handed in once, and it was mailed twice",
            changed(MAILER, ("order.key not in self.done", "(worker, order.key) not in self.done"),
                    ("(order.key,)", "((worker, order.key),)")): "handed in once, and it was mailed twice",
            changed(MAILER, ("self.done += (order.key,)", "self.done.append(order.key)")): "broke in receive",
            changed(MAILER, ("@dataclass\n", "")): "write @dataclass above the class",
            changed(MAILER, ("Executed(order.key)", "Executed(order.what)")): NEVER_TOLD,
            changed(MAILER, ("        if order.key not in self.done:\n", "        if True:\n"),
                    ("        return Send", "        self.outbox = tuple(set(self.outbox))[:1]\n        return Send")):
                "the outbox only grows",
            "Mailer = 7": "derived from Postbox",
        },
    ),
    "board": Tried(
        right=(BOARD, A_TIMER_AN_ATTEMPT, LAST_HOLDERS, """
@dataclass
class Board(Agent):
    open: tuple = ()  # (key, what, attempt)
    count: int = 0

    def give(self, key, what, attempt):
        self.open = (*[one for one in self.open if one[0] != key], (key, what, attempt))
        for worker in self.peers:
            yield Send(worker, Task(key, what, attempt))
        yield SetTimer(f"{key}", (150, 150))

    def request(self, what):
        self.count += 1
        yield from self.give(self.count, what, 1)

    def receive(self, worker, ack):
        for key, what, attempt in self.open:
            if key == ack.key:
                self.open = tuple(one for one in self.open if one[0] != key)
                return [Reply(what, "done"), CancelTimer(str(key))]

    def timeout(self, timer):
        for key, what, attempt in self.open:
            if str(key) == timer:
                return self.give(key, what, attempt + 1)
"""),
        wrong={
            changed(BOARD, ("        if ack.key not in self.done:\n", "        if True:\n")):
                "“mail” was handed in once, and a client was told twice",
            changed(BOARD, ("return self.hand_out(int(timer.split()[-1]))", "return []")): NEVER_TOLD,
            changed(BOARD, ("self.peers[(key + attempt) % len(self.peers)]", "self.peers[0]")):
                "attempt 2 of “mail” goes to coder again",
            changed(BOARD, ("self.peers[(key + attempt) % len(self.peers)]",
                            "self.peers[len(self.out) % len(self.peers)]")): "to tester again",
            changed(BOARD, ("self.peers[(key + attempt) % len(self.peers)]",
                            "self.peers[(key + attempt // 3) % len(self.peers)]")):
                "attempt 2 of “mail” goes to coder again",
            changed(BOARD, ("attempt = self.out.count(key)", "attempt = min(2, self.out.count(key))")):
                "hand-out 3 of “mail” says that it is attempt 2",
            changed(BOARD, ("attempt = self.out.count(key)", "attempt = min(2, self.out.count(key))"),
                    ("self.tasks[key], attempt)", "self.tasks[key], self.out.count(key))")):
                "attempt 3 of “mail” goes to coder again",
            changed(BOARD, ("self.tasks[key], attempt)", "self.tasks[key], 1)")):
                "hand-out 2 of “mail” says that it is attempt 1",
            changed(BOARD, ("self.tasks[key], attempt)", "self.tasks[key], str(attempt))")):
                "says that it is attempt 1, which is no whole number",
            changed(BOARD, ("self.tasks[key], attempt)", "self.tasks[key], attempt - 1)")):
                "hand-out 1 of “mail” says that it is attempt 0",
            changed(BOARD, ("self.tasks[key], attempt)", "self.tasks[key], len(self.out))")):
                "hand-out 1 of “report” says that it is attempt 2",
            changed(BOARD, ("        return self.hand_out(int(timer.split()[-1]))",
                            "        key = int(timer.split()[-1])\n"
                            "        return self.hand_out(key) if self.out.count(key) < 3 else []")):
                "coder and tester crash",
            changed(BOARD, ("(150, 150)", "(10, 10)")): "timer of (10, 10) units; it was to be (150, 150)",
            changed(BOARD, ("(150, 150)", "(100, 200)")): "the lease is a timer of (100, 200) units",
            changed(BOARD, ("self.done += (ack.key,)", "self.done = (*self.done, ack.key)[-2:]")):
                "a client was told twice",
            changed(BOARD, ('            yield SetTimer(f"lease of {key}", (150, 150))\n', "")): NEVER_TOLD,
            changed(BOARD, ("        return self.hand_out(int(timer.split()[-1]))",
                            "        return self.request(self.tasks[int(timer.split()[-1])])")):
                "“mail” was handed in once, and it was mailed twice",
            changed(BOARD, ("return self.hand_out(len(self.tasks) - 1)",
                            'return [*self.hand_out(len(self.tasks) - 1), Reply(what, "done")]')):
                "“mail” was never mailed, and a client was told",
            changed(BOARD, ("        self.tasks += (what,)\n        return self.hand_out(len(self.tasks) - 1)",
                            "        self.tasks += () if what in self.tasks else (what,)\n"
                            "        return self.hand_out(self.tasks.index(what))")):
                "clients hand in “mail” and “mail”",
            changed(BOARD, ('SetTimer(f"lease of {key}", (150, 150))', 'SetTimer("lease", (150, 150))'),
                    ("return self.hand_out(int(timer.split()[-1]))", "return self.hand_out(len(self.tasks) - 1)"),
                    ('CancelTimer(f"lease of {ack.key}")', 'CancelTimer("lease")')):
                NEVER_TOLD,
            changed(BOARD, ('            yield CancelTimer(f"lease of {ack.key}")\n', ""),
                    ("return self.hand_out(int(timer.split()[-1]))",
                     "self.tasks += (self.tasks[int(timer.split()[-1])],)\n"
                     "        return self.hand_out(len(self.tasks) - 1)")):
                "handed in once, and it was mailed twice",
            changed(BOARD, ("Reply(self.tasks[ack.key], ", "Reply(ack.key, ")):
                "“0” was never handed in, and a client was told once that it is done: reply with what, not with ",
            changed(BOARD, ("        self.tasks += (what,)\n        return self.hand_out(len(self.tasks) - 1)",
                            "        return self.hand_out(self.tasks.index(what))")): "the first request fails",
            changed(BOARD, ('            yield CancelTimer(f"lease of {ack.key}")\n', "")):
                "hand out only what is not done",
            changed(BOARD, ("self.tasks += (what,)", "self.tasks.append(what)")): "append",
            changed(BOARD, ('            yield Reply(self.tasks[ack.key], "done")\n', "")): NEVER_TOLD,
            changed(BOARD, ("Task(key, self.tasks[key], attempt)", "self.tasks[key]")): NEVER_TOLD,
            changed(BOARD, ("(150, 150)", "150")): "give a range of two whole numbers",
            "def Board():\n    return 1": "derived from Agent",
        },
    ),
    "lasting board": Tried(
        right=(changed(BOARD, ("class Board", "class LastingBoard")), """
@dataclass
class LastingBoard(Agent):
    tasks: tuple = ()  # (what, is it done?)
    durable = ("tasks",)

    def start(self):
        for key, (_, done) in enumerate(self.tasks):
            if not done:
                yield from self.timeout(f"{key} 0")

    def request(self, what):
        self.tasks = (*self.tasks, (what, False))
        return self.timeout(f"{len(self.tasks) - 1} 0")

    def timeout(self, timer):
        key, before = map(int, timer.split())
        what, done = self.tasks[key]
        if done:
            return []
        task = Task(key, what, before + 1)
        return [Send(self.peers[before % 2], task), SetTimer(f"{key} {before + 1}", (150, 150))]

    def receive(self, worker, ack):
        what, done = self.tasks[ack.key]
        if not done:
            self.tasks = (*self.tasks[:ack.key], (what, True), *self.tasks[ack.key + 1 :])
            return Reply(what, "done")
"""),
        wrong={
            changed(BOARD, ("class Board", "class LastingBoard"), ('("tasks", "done", "out")', "()")):
                "broke in receive",
            changed(BOARD, ("class Board", "class LastingBoard"), ('("tasks", "done", "out")', '("tasks",)')):
                "a crash and restart of planner, “mail” was handed in once, and a client was told twice",
            changed(BOARD, ("class Board", "class LastingBoard"), ("(key + attempt)", "(key + attempt // 3)")):
                "attempt 2 of “mail” goes to coder again",
            changed(BOARD, ("class Board", "class LastingBoard"), ("self.tasks[key], attempt)", "self.tasks[key], 1)")):
                "hand-out 2 of “mail” says that it is attempt 1",
            changed(BOARD, ("class Board", "class LastingBoard"), ("def start(self)", "def begin(self)")):
                "planner crashes at time",
            changed(BOARD, ("class Board", "class LastingBoard"), ('("tasks", "done", "out")', '("done", "out")')):
                "broke in receive",
            changed(BOARD, ("class Board", "class LastingBoard"), (
                "        return self.hand_out(*[key for key in range(len(self.tasks)) if key not in self.done])",
                "        return [effect for what in self.tasks for effect in self.request(what)]")):
                "twice",
            changed(BOARD, ("class Board", "class LastingBoard"), (
                "        return self.hand_out(*[key for key in range(len(self.tasks)) if key not in self.done])",
                "        self.hand_out(*[key for key in range(len(self.tasks)) if key not in self.done])")):
                NEVER_TOLD,
            changed(BOARD, ("class Board", "class LastingBoard"), ('("tasks", "done", "out")', '("task", "done")')):
                "has no field",
        },
    ),
}

ANSWERS = {**BY_HAND, **BY_RULE, **BY_AGENTS}
