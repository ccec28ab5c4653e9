"""How the events of approvals read on the timeline."""

from collections.abc import Mapping

from itsm.desk.sentences import Data, Sentence


def _asked(data: Data) -> str:
    said = "{actor} asked {approver} to approve this"
    if data["cost"]:
        said += " for {cost}"
    return f"{said}: {{what}}" if data["what"] else said


def _answered(text: str) -> Sentence:
    def tell(data: Data) -> str:
        said = text + (" for {cost}" if data["cost"] else "")
        return f"{said}: {{comment}}" if data["comment"] else said

    return Sentence(
        "check" if "not" not in text else "x", tell, "ok" if "not" not in text else "danger"
    )


SENTENCES: Mapping[str, Sentence] = {
    "request.approval_asked": Sentence("user-check", _asked, tone="warn"),
    "request.approval_reminded": Sentence("bell", "{approver} was reminded to answer"),
    "request.approved": _answered("{actor} approved this"),
    "request.not_approved": _answered("{actor} did not approve this"),
    "request.approval_withdrawn": Sentence(
        "rotate-clockwise", "{approver} need not answer any more"
    ),
}
