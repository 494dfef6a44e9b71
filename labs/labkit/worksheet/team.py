"""The team that the student builds through the day: eight agents that share a board of tasks."""

TEAM = ("planner", "coder", "tester", "writer", "reviewer", "searcher", "mailer", "clerk")
COUNCIL = TEAM[:5]  # the members that decide by vote
