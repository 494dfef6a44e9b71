"""The exercises of Day 13: steps that are checked on the spot, hints, progress, and what is handed in."""

from labkit.worksheet.beating import Beating
from labkit.worksheet.exercises import STEPS, step as step_called
from labkit.worksheet.exercises.ballot_box import BallotBox, LastingBox, MajorityBox, MembersBox, OneYesBox
from labkit.worksheet.exercises.rounds import Rounds
from labkit.worksheet.handing_in import HAND_IN, HandedIn, hand_in
from labkit.worksheet.judging import judge, witness, written
from labkit.worksheet.last_run import older, run_now
from labkit.worksheet.mailing import Postbox, office
from labkit.worksheet.moment import Moment
from labkit.worksheet.progress import FOLDER, Progress, Record
from labkit.worksheet.quiz import QUIZ, QuizQuestion
from labkit.worksheet.refuting import CaseTable, Refuted, call, plain
from labkit.worksheet.reporting import report_class
from labkit.worksheet.running import short_run
from labkit.worksheet.scoring import EXERCISES, score
from labkit.worksheet.step import Step
from labkit.worksheet.team import COUNCIL, TEAM
from labkit.worksheet.teammate import Teammate
from labkit.worksheet.through_faults import reports_of
from labkit.worksheet.verdict import CORRECT, NOT_TRIED, NOT_YET, Verdict, following
from labkit.worksheet.voting import Voting

__all__ = [
    "TEAM", "BallotBox", "Beating", "LastingBox", "MajorityBox", "MembersBox", "OneYesBox", "Postbox", "Rounds",
    "Teammate", "Voting", "office",
]
