"""Who sent a submission, as far as the names of a learning platform's download and the roster say."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sender:
    """One student beside the name. What nobody said is empty; a report holds all of it."""

    student_id: str = ""  # the platform's own number or name of the student, by which it takes grades back
    login: str = ""
    email: str = ""
    section: str = ""
    late: bool | None = None  # None where the platform does not say
    platform: str = ""  # whose naming it was: "canvas", "moodle", …
    reply_as: str = ""  # the name under which the platform takes a file for this student


NOBODY = Sender()
