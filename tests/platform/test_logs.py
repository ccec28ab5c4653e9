import pytest

from itsm.platform.logs import redact


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ({"password": "x"}, {"password": "[secret]"}),
        ({"routing_key": "x"}, {"routing_key": "[secret]"}),
        ({"path": "/hooks/generic/0123456789abcdef"}, {"path": "/hooks/generic/[secret]"}),
        ({"path": "/p/0123456789abcdef0123"}, {"path": "/p/[secret]"}),
        ({"said": "Bearer itsm_abcdefghijklmnopqrstuv"}, {"said": "Bearer itsm_[secret]"}),
        ({"path": "/incidents/INC-1042"}, {"path": "/incidents/INC-1042"}),
    ],
)
def test_no_secret_reaches_the_log(line: dict[str, object], kept: dict[str, object]) -> None:
    assert redact(None, "info", {"event": "request", **line}) == {"event": "request", **kept}
